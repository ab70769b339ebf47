import type { LfoMovement } from "../generated/wire";
import { DepthControl, LengthControls } from "./Length";
import { FIRST_DEPTH, FIRST_LFO } from "./first";

const SHAPES = [
  { value: "sine", label: "Sine", path: "M2 12c6-13 12-13 18 0s12 13 18 0" },
  { value: "triangle", label: "Triangle", path: "M2 20 20 4l18 16" },
  { value: "saw", label: "Saw", path: "M2 20 38 4v16" },
  { value: "square", label: "Square", path: "M2 20h9V4h18v16h9" },
  { value: "random", label: "Random", path: "M2 14c4-8 6 6 10-4s6 12 11-2 8 10 15 0" },
] as const;

/** A shape that repeats: one press on it, and it moves. */
export function LfoEditor({ move, onChange }: { move: LfoMovement | null; onChange: (move: LfoMovement) => void }) {
  const now = move ?? FIRST_LFO;
  return (
    <>
      <div className="move-shapes" role="group" aria-label="Shape">
        {SHAPES.map(({ value, label, path }) => (
          <button
            key={value}
            type="button"
            aria-label={label}
            aria-pressed={move?.shape === value}
            data-tip={`${label}.`}
            onClick={() => onChange({ ...now, shape: value })}
          >
            <svg viewBox="0 0 40 24" aria-hidden="true">
              <path d={path} />
            </svg>
          </button>
        ))}
      </div>
      <LengthControls beats={now.beats ?? null} seconds={now.seconds ?? null} onChange={(length) => onChange({ ...now, ...length })} />
      <DepthControl depth={now.depth ?? FIRST_DEPTH} onChange={(depth) => onChange({ ...now, depth })} />
    </>
  );
}
