import { useState } from "react";
import type { PlaceCard } from "../../generated/api";
import { Segmented } from "../../kit/Segmented";
import { CornerPad } from "../../panels/CornerPad";
import MapPad from "../../panels/MapPad";
import { press, release, tap } from "./held";
import { PitchPad } from "./PitchPad";

const MODES = [
  { value: "corners", label: "Corners" },
  { value: "map", label: "Map" },
  { value: "pitch", label: "Pitch" },
] as const;

const AUDITION = 60;

/** Three planes to move on: between sounds, over all sounds, along pitch. */
export function PadPanel({ places, bundle }: { places: PlaceCard[]; bundle: string }) {
  const [mode, setMode] = useState<"corners" | "map" | "pitch">("corners");
  const hear = { onDown: () => press(AUDITION, 90), onUp: () => release(AUDITION) };
  return (
    <section className="card stack" aria-label="Pad">
      <div className="row">
        <h2>Pad</h2>
        <Segmented label="What the pad moves" value={mode} options={MODES} onChange={setMode} />
      </div>
      {mode === "corners" && <CornerPad places={places} bundle={bundle} {...hear} />}
      {mode === "map" && <MapPad bundle={bundle} {...hear} onPass={() => tap(AUDITION)} />}
      {mode === "pitch" && <PitchPad />}
    </section>
  );
}
