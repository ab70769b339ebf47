import { useState } from "react";
import type { InstrumentDetails } from "../../generated/api";
import { Segmented } from "../../kit/Segmented";
import { beginTone, endTone } from "../../midi/audition";
import { useSounding } from "../../midi/keys";
import { useSong } from "../../midi/song";
import { CornerPad } from "../../panels/CornerPad";
import { Shares } from "../../places/Shares";
import { PitchPad } from "./PitchPad";

const MODES = [
  { value: "corners", label: "Between four" },
  { value: "pitch", label: "Pitch" },
] as const;

const HEARD = 60;
const VELOCITY = 90;

/** Where nothing sounds, a moved pad is heard by a tone of its own. */
function hear(): void {
  if (useSounding.getState().notes.size === 0 && !useSong.getState().playing) beginTone(HEARD, VELOCITY);
}

/** A plane to move on: between four sounds, or along pitch. */
export function PadPanel({ details }: { details: InstrumentDetails }) {
  const [mode, setMode] = useState<"corners" | "pitch">("corners");
  return (
    <>
      <header className="panel-head">
        <Segmented label="What the pad moves" value={mode} options={MODES} onChange={setMode} />
        {mode === "corners" && <Shares places={details.places} most={2} />}
      </header>
      {mode === "corners" ? (
        <CornerPad places={details.places} bundle={details.bundle} onDown={hear} onUp={endTone} />
      ) : (
        <PitchPad />
      )}
    </>
  );
}
