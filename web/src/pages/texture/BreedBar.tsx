import { useState } from "react";
import type { SearchSound } from "../../generated/api";
import { Slider } from "../../kit/Slider";
import { differenceWords, STRENGTH, strengthAt, travelOf } from "../../kit/strength";
import { beginAnew, makeChildren, useView } from "../../query/search";

const MOST = 24;

/** Children of the sound that is heard, or of all that is liked. */
export function BreedBar({ sounds, heard }: { sounds: SearchSound[]; heard: SearchSound | null }) {
  const { count, strength, busy } = useView();
  const liked = sounds.filter(({ opinion }) => opinion > 0).length;
  if (sounds.length === 0) return null;
  return (
    <div className="breed-bar">
      <button
        type="button"
        className="button main"
        disabled={busy || !heard}
        data-tip="New sounds that are like the one that is heard."
        onClick={() => heard && void makeChildren([heard.number])}
      >
        Breed from this
      </button>
      <button
        type="button"
        className="button"
        disabled={busy || liked === 0}
        data-tip="New sounds between those that you like, away from those that you do not."
        onClick={() => void makeChildren([])}
      >
        {liked > 0 ? `Breed from ${liked} liked` : "Breed from liked"}
      </button>
      <div className="breed-amounts">
        <Slider
          id="children-strength"
          label="How different"
          low={0}
          high={1}
          step={0.02}
          value={1 - travelOf(strength)}
          rest={1 - travelOf(STRENGTH.rest)}
          shown={differenceWords(strength)}
          typed={(percent) => percent / 100}
          onChange={(travel) => useView.setState({ strength: strengthAt(1 - travel) })}
        />
        <Slider
          id="children-count"
          label="How many"
          low={1}
          high={MOST}
          step={1}
          value={count}
          rest={6}
          shown={String(count)}
          onChange={(next) => useView.setState({ count: next })}
        />
      </div>
    </div>
  );
}

/** All of the search is forgotten, once it was asked for twice. */
export function Anew({ count }: { count: number }) {
  const { busy } = useView();
  const [sure, setSure] = useState(false);
  if (count === 0) return null;
  if (!sure) {
    return (
      <button type="button" className="button ghost" disabled={busy} onClick={() => setSure(true)}>
        Begin anew
      </button>
    );
  }
  return (
    <>
      <button
        type="button"
        className="button bad"
        onClick={() => {
          setSure(false);
          void beginAnew();
        }}
      >
        Forget {count} sounds
      </button>
      <button type="button" className="button ghost" onClick={() => setSure(false)}>
        Keep them
      </button>
    </>
  );
}
