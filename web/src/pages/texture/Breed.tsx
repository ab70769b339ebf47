import { useEffect } from "react";
import type { PlaceCard } from "../../generated/api";
import { FileDrop } from "../../kit/FileDrop";
import { accepts } from "../../kit/files";
import { usePlay } from "../../play/store";
import { batch, batchName, soundAt, wayTo } from "../../query/lineage";
import { addExample, beginAnywhere, beginHere, openSearch, show, useSearch, useView } from "../../query/search";
import { Anew, BreedBar } from "./BreedBar";
import { Child } from "./Child";
import { Lineage } from "./Lineage";

const RANDOM = 6;

interface Props {
  session: string;
  bundle: string;
  places: readonly PlaceCard[];
}

/** A search by ear: begin with sounds, judge them, hear their children, go back where it was better. */
export function Breed({ session, bundle, places }: Props) {
  useEffect(() => openSearch(session), [session]);
  const search = useSearch(session, bundle);
  const { key, busy } = useView();
  const w = usePlay((state) => state.patch?.place?.w);
  if (search.error) return <p role="alert">{search.error.message}</p>;
  if (!search.data) return <p className="soft">Looking for what was bred…</p>;
  const { sounds } = search.data;
  const way = wayTo(sounds, key);
  const shown = batch(sounds, way.at(-1) ?? "");
  const heard = soundAt(sounds, w);
  return (
    <div className="breed">
      <div className="breed-sounds">
        <BreedBar sounds={sounds} heard={heard} />
        {sounds.length > 0 && (
          <>
            <nav aria-label="Way to these sounds" className="breed-way">
              {way.map((one, k) => (
                <button
                  key={one}
                  type="button"
                  className="link"
                  aria-current={k === way.length - 1 ? "step" : undefined}
                  onClick={() => show(one)}
                >
                  {batchName(one)}
                </button>
              ))}
            </nav>
            <div className="breed-children" role="group" aria-label="Sounds to hear">
              {shown.map((sound) => (
                <Child
                  key={sound.number}
                  bundle={bundle}
                  places={places}
                  sounds={sounds}
                  sound={sound}
                  heard={sound.number === heard?.number}
                  busy={busy}
                />
              ))}
            </div>
          </>
        )}
        <div className="breed-begin" role="group" aria-label="Begin with">
          {sounds.length === 0 && <p>Breed needs a sound to begin with. Its children are like it, each a little different.</p>}
          <button type="button" className={sounds.length === 0 ? "button main" : "button"} disabled={busy} onClick={() => void beginHere()}>
            The sound that plays
          </button>
          <button type="button" className="button" disabled={busy} onClick={() => void beginAnywhere(RANDOM)}>
            {RANDOM} from anywhere
          </button>
          <FileDrop label="Sound to begin with" accept={accepts("sound")} busy={busy} onFile={(file) => void addExample(file)}>
            or drop a sound,
          </FileDrop>
          <Anew count={sounds.length} />
        </div>
      </div>
      {sounds.length > 0 && (
        <Lineage
          bundle={bundle}
          places={places}
          sounds={sounds}
          shown={new Set(shown.map(({ number }) => number))}
          heard={heard?.number ?? null}
        />
      )}
    </div>
  );
}
