import { useEffect } from "react";
import { FileDrop, SOUND_FILES } from "../../kit/FileDrop";
import { usePlay } from "../../play/store";
import { batch, soundAt, wayTo } from "../../query/lineage";
import { addExample, beginAnywhere, beginHere, openSearch, useSearch, useView } from "../../query/search";
import { BreedPanel } from "./BreedPanel";
import { Lineage } from "./Lineage";
import { QueryTile } from "./QueryTile";

const RANDOM = 6;

/** A search by ear: begin with sounds, judge them, hear their children, go back where it was better. */
export function Query({ session }: { session: string }) {
  useEffect(() => openSearch(session), [session]);
  const search = useSearch(session);
  const { key, busy } = useView();
  const w = usePlay((state) => state.patch?.place?.w);
  if (search.error) return <p role="alert">{search.error.message}</p>;
  if (!search.data) return <p className="soft">Looking for the search…</p>;
  const { sounds } = search.data;
  const way = wayTo(sounds, key);
  const shown = batch(sounds, way.at(-1) ?? "");
  const heard = soundAt(sounds, w);
  return (
    <div className="stack">
      <div className="query-begin" role="group" aria-label="Begin with">
        <button type="button" disabled={busy} onClick={() => void beginHere()}>
          The sound that plays
        </button>
        <button type="button" disabled={busy} onClick={() => void beginAnywhere(RANDOM)}>
          {RANDOM} from anywhere
        </button>
        <FileDrop label="Sound to begin with" accept={SOUND_FILES} busy={busy} onFile={(file) => void addExample(file)}>
          or drop a sound,
        </FileDrop>
      </div>
      {sounds.length === 0 ? (
        <p className="soft small">
          Begin with one or some sounds. Those you like have children that are like them, and those have children
          again; the way back stays open.
        </p>
      ) : (
        <>
          <Lineage sounds={sounds} way={way} shown={shown} heard={heard} />
          <div className="query" role="group" aria-label="Sounds to hear">
            {shown.map((sound) => (
              <QueryTile key={sound.number} sound={sound} heard={sound.number === heard?.number} busy={busy} />
            ))}
          </div>
          <BreedPanel sounds={sounds} heard={heard} />
        </>
      )}
    </div>
  );
}
