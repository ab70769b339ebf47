import { lazy, Suspense, useState } from "react";
import type { PlaceCard } from "../generated/api";
import { Segmented } from "../kit/Segmented";
import { CornerPad } from "./CornerPad";
import { StayButton } from "./StayButton";

const MapPad = lazy(() => import("./MapPad"));

const MODES = [
  { value: "corners", label: "Corners" },
  { value: "map", label: "Map" },
] as const;

/** Where in the latent space: between four sounds, or on the map of all; or where a performer leads. */
export function PlacePanel({ places, bundle, follows }: { places: PlaceCard[]; bundle: string; follows: boolean }) {
  const [mode, setMode] = useState<"corners" | "map">("corners");
  return (
    <section className="card stack" aria-label="Place">
      <div className="row">
        <h2>Place</h2>
        {follows && <StayButton />}
      </div>
      <Segmented label="What the pad shows" value={mode} options={MODES} onChange={setMode} />
      {mode === "corners" ? (
        <CornerPad places={places} bundle={bundle} />
      ) : (
        <Suspense fallback={<p className="soft">Drawing the map…</p>}>
          <MapPad bundle={bundle} />
        </Suspense>
      )}
    </section>
  );
}
