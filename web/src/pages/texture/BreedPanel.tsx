import { useState } from "react";
import type { SearchSound } from "../../generated/api";
import { Slider } from "../../kit/Slider";
import { StrengthSlider } from "../../kit/StrengthSlider";
import { beginAnew, makeChildren, useView } from "../../query/search";

const MOST = 24;

/** Children of the sound that is heard, or of all that is liked. */
export function BreedPanel({ sounds, heard }: { sounds: SearchSound[]; heard: SearchSound | null }) {
  const { count, strength, busy } = useView();
  const [sure, setSure] = useState(false);
  const liked = sounds.filter(({ opinion }) => opinion > 0).length;
  return (
    <>
      <div className="row">
        <button
          type="button"
          className="main"
          disabled={busy || !heard}
          onClick={() => heard && void makeChildren([heard.number])}
        >
          {heard ? `Children of sound ${heard.number}` : "Children of a sound that is heard"}
        </button>
        <button type="button" disabled={busy || liked === 0} onClick={() => void makeChildren([])}>
          {liked > 0 ? `Children of the liked (${liked})` : "Children of the liked"}
        </button>
        {sure ? (
          <>
            <button
              type="button"
              className="bad"
              onClick={() => {
                setSure(false);
                void beginAnew();
              }}
            >
              Forget {sounds.length} sounds
            </button>
            <button type="button" className="quiet" onClick={() => setSure(false)}>
              Keep them
            </button>
          </>
        ) : (
          <button type="button" disabled={busy} onClick={() => setSure(true)}>
            Begin anew
          </button>
        )}
      </div>
      <div className="query-sliders">
        <Slider
          id="children-count"
          label="How many children"
          low={1}
          high={MOST}
          step={1}
          value={count}
          rest={6}
          shown={String(count)}
          onChange={(next) => useView.setState({ count: next })}
        />
        <StrengthSlider
          id="children-strength"
          label="How close to their parents"
          value={strength}
          onChange={(next) => useView.setState({ strength: next })}
        />
      </div>
    </>
  );
}
