import { useEffect, useState } from "react";
import { Slider } from "../../kit/Slider";
import { childrenOf, line } from "../../query/lineage";
import { follow, forget, hear, makeChildren, openQuery, useQueryState } from "../../query/store";

/** A search by ear: hear the children, go on from the best one. */
export function Query({ bundle }: { bundle: string }) {
  useEffect(() => openQuery(bundle), [bundle]);
  const { lineage, heard, busy } = useQueryState();
  const [spread, setSpread] = useState(0.4);
  const children = childrenOf(lineage, lineage.parent);
  const ancestors = line(lineage);
  return (
    <div className="stack">
      {children.length === 0 ? (
        <p className="soft small">Six sounds from anywhere; the one you like has children that are like it.</p>
      ) : (
        <p className="soft small">Press to hear. The sound that is heard can have children of its own.</p>
      )}
      {ancestors.length > 0 && (
        <nav aria-label="Line of the search" className="chips">
          <button type="button" onClick={() => follow(null, spread)}>
            Beginning
          </button>
          {ancestors.map((sound) => (
            <button
              key={sound.id}
              type="button"
              aria-current={sound.id === lineage.parent ? "step" : undefined}
              onClick={() => follow(sound.id, spread)}
            >
              Sound {sound.id}
            </button>
          ))}
        </nav>
      )}
      <div className="query" role="group" aria-label="Sounds to hear">
        {children.map((sound) => (
          <button key={sound.id} type="button" aria-pressed={sound.id === heard} onClick={() => hear(sound.id)}>
            <Strip w={sound.w} />
            Sound {sound.id}
          </button>
        ))}
      </div>
      <Slider
        id="spread"
        label="How unlike their parent children are"
        low={0.05}
        high={1}
        step={0.05}
        rest={0.4}
        value={spread}
        shown={`${Math.round(100 * spread)} %`}
        onChange={setSpread}
      />
      <div className="row">
        {heard !== null && heard !== lineage.parent && (
          <button type="button" className="main" disabled={busy} onClick={() => follow(heard, spread)}>
            Children of sound {heard}
          </button>
        )}
        <button type="button" disabled={busy} onClick={() => void makeChildren(spread)}>
          {children.length === 0 ? "Begin" : "Six others"}
        </button>
        {lineage.sounds.length > 0 && (
          <button type="button" onClick={forget}>
            Begin anew
          </button>
        )}
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
