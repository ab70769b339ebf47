import type { PlaceCard } from "../../generated/api";
import { FileDrop } from "../../kit/FileDrop";
import { accepts } from "../../kit/files";
import { Slider } from "../../kit/Slider";
import { differenceWords, STRENGTH, strengthAt, travelOf } from "../../kit/strength";
import { TilePicture, Thumb } from "../../kit/Thumb";
import { useDifference, usePlaceTile } from "../../places/usePlaceTile";
import { HelpLink } from "../help/HelpLink";
import { makeLike, useOwnSound } from "./own-sound";
import { Transfer } from "./Transfer";
import { useTexture } from "./useTexture";

/** A sound file leads the texture: as a whole, or one of its attributes. */
export function OwnSound({ bundle, places }: { bundle: string; places: readonly PlaceCard[] }) {
  const card = useTexture(bundle);
  const { like, strength, busy, found } = useOwnSound();
  if (card.error) return <p role="alert">{card.error.message}</p>;
  if (!card.data) return <p className="soft">Opening the model…</p>;
  return (
    <div className="own-sound">
      <section className="stack" aria-label="Make it like a sound">
        <header className="panel-head">
          <h2>Make it like a sound</h2>
          <HelpLink to="texture#what-leads-to-a-place" about="Make it like a sound" />
        </header>
        {card.data.encoder ? (
          <>
            <FileDrop
              label="Sound that the texture shall be like"
              accept={accepts("sound")}
              chosen={like?.name ?? null}
              busy={busy !== ""}
              onFile={(file) => void makeLike(file)}
            >
              Drop a sound anywhere here, or
            </FileDrop>
            <Slider
              id="like-strength"
              label="How different"
              hint="How far it may be from the sound, where that makes it better."
              low={0}
              high={1}
              step={0.02}
              ends={["little", "much"]}
              value={1 - travelOf(strength)}
              rest={1 - travelOf(STRENGTH.rest)}
              shown={differenceWords(strength)}
              typed={(percent) => percent / 100}
              onChange={(travel) => useOwnSound.setState({ strength: strengthAt(1 - travel) })}
              onEnd={() => {
                if (like) void makeLike(like);
              }}
            />
            {busy === "like" && (
              <p className="soft small" role="status">
                Listening to it…
              </p>
            )}
            {busy !== "like" && found && <Found bundle={bundle} places={places} w={found} />}
          </>
        ) : (
          <p className="soft">This model cannot listen to sounds. Choose another one under Models.</p>
        )}
      </section>
      {card.data.measured.length > 0 && <Transfer measured={card.data.measured} />}
    </div>
  );
}

/** Where the sound was found: its picture, and the named place beside it. */
function Found({ bundle, places, w }: { bundle: string; places: readonly PlaceCard[]; w: number[] }) {
  const tile = usePlaceTile(bundle, w);
  const difference = useDifference(bundle, w, []);
  const near = places.find(({ name }) => name === difference?.nearest);
  return (
    <div className="own-found" role="status">
      <figure>
        <TilePicture tile={tile} />
        <figcaption>{difference?.words.join(", ") || (near ? "almost the same" : "found")}</figcaption>
      </figure>
      {near && (
        <figure>
          <Thumb bundle={bundle} name={near.name} />
          <figcaption className="soft">nearest: {near.title}</figcaption>
        </figure>
      )}
    </div>
  );
}
