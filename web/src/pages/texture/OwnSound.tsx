import { FileDrop, SOUND_FILES } from "../../kit/FileDrop";
import { StrengthSlider } from "../../kit/StrengthSlider";
import { makeLike, useOwnSound } from "./own-sound";
import { Transfer } from "./Transfer";
import { useTexture } from "./useTexture";

/** A sound file leads the texture: as a whole, or one of its attributes. */
export function OwnSound({ bundle }: { bundle: string }) {
  const card = useTexture(bundle);
  const { like, strength, busy } = useOwnSound();
  if (card.error) return <p role="alert">{card.error.message}</p>;
  if (!card.data) return <p className="soft">Opening the model…</p>;
  return (
    <div className="own-sound">
      <section className="stack" aria-label="Make it like a sound">
        <h2>Make it like a sound</h2>
        {card.data.encoder ? (
          <>
            <FileDrop
              label="Sound that the texture shall be like"
              accept={SOUND_FILES}
              chosen={like?.name ?? null}
              busy={busy !== ""}
              onFile={(file) => void makeLike(file)}
            >
              Drop a sound here, or
            </FileDrop>
            <StrengthSlider
              id="like-strength"
              label="How close to it"
              value={strength}
              onChange={(value) => useOwnSound.setState({ strength: value })}
              onEnd={() => {
                if (like) void makeLike(like);
              }}
            />
            <p className="soft small" role="status">
              {busy === "like" ? "Listening to it…" : "The place where the model sounds most like it is found and played."}
            </p>
          </>
        ) : (
          <p className="soft small">This model has no encoder: sounds cannot be dropped in.</p>
        )}
      </section>
      {card.data.measured.length > 0 && <Transfer measured={card.data.measured} />}
    </div>
  );
}
