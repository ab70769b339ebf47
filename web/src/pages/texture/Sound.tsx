import { useState } from "react";
import type { InstrumentDetails } from "../../generated/api";
import { Controls } from "../../panels/Controls";
import { usePlay } from "../../play/store";
import { Axes } from "./Axes";

const FIRST = ["speed", "low_hz", "tilt_db", "high_hz"];
const LABELS = { entropy: "Blur" };

/** What is done to the sound itself; the rest, and directions without a name, below More. */
export function Sound({ details }: { details: InstrumentDetails }) {
  const [asked, setAsked] = useState(false);
  const own = details.controls.filter(({ group }) => group === "sound");
  const first = FIRST.flatMap((name) => own.filter((card) => card.name === name));
  const others = own.filter(({ name }) => !FIRST.includes(name));
  const axes = details.controls.filter(({ group }) => group === "axis");
  // What is set is never hidden.
  const moved = usePlay(({ patch }) => [...others, ...axes].some(({ name, rest }) => (patch?.controls[name] ?? rest) !== rest));
  const all = asked || moved;
  return (
    <>
      <Controls
        title="Sound"
        cards={first}
        pairs
        labels={LABELS}
        help="living-spectrogram"
        action={
          others.length + axes.length > 0 && (
            <button type="button" className="link" aria-expanded={all} disabled={moved} onClick={() => setAsked(!asked)}>
              {all ? "Less" : "More"}
            </button>
          )
        }
      />
      {all && others.length > 0 && <Controls title="More sound" cards={others} pairs labels={LABELS} />}
      {all && axes.length > 0 && <Axes cards={axes} bundle={details.bundle} />}
    </>
  );
}
