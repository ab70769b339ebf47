import type { SearchSound } from "../../generated/api";
import { Icon } from "../../kit/Icon";
import { hear, judge } from "../../query/search";

/** One sound of the search: heard by a press, liked or not. */
export function QueryTile({ sound, heard, busy }: { sound: SearchSound; heard: boolean; busy: boolean }) {
  const { number, opinion, note, parents } = sound;
  const turn = (wanted: number) => void judge(sound, opinion === wanted ? 0 : wanted);
  return (
    <div className={`query-tile${opinion < 0 ? " disliked" : ""}`} data-sound={number}>
      <button type="button" className="query-hear" aria-pressed={heard} onClick={() => hear(sound)}>
        <Strip w={sound.place.w ?? []} />
        <span>Sound {number}</span>
        {parents.length === 0 && note && <span className="soft small query-note">{note}</span>}
      </button>
      <div className="query-judge">
        <button
          type="button"
          className="quiet square"
          disabled={busy}
          aria-pressed={opinion > 0}
          aria-label={`Like sound ${number}`}
          onClick={() => turn(1)}
        >
          <Icon sign="heart" />
        </button>
        <button
          type="button"
          className="quiet square dislike"
          disabled={busy}
          aria-pressed={opinion < 0}
          aria-label={`Dislike sound ${number}`}
          onClick={() => turn(-1)}
        >
          <Icon sign="heart" />
        </button>
      </div>
    </div>
  );
}

const BARS = 24;

/** A sound's numbers as a strip: near sounds look alike. */
function Strip({ w }: { w: number[] }) {
  const most = w.reduce((so, value) => Math.max(so, Math.abs(value)), 1e-9);
  return (
    <svg viewBox={`0 0 ${BARS} 10`} preserveAspectRatio="none" aria-hidden="true">
      {w.slice(0, BARS).map((value, k) => {
        const height = (5 * Math.abs(value)) / most;
        return <rect key={k} x={k + 0.1} width={0.8} y={value > 0 ? 5 - height : 5} height={height} />;
      })}
    </svg>
  );
}
