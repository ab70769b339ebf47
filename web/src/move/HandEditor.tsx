import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import type { HandMovement } from "../generated/wire";
import { usePlay } from "../play/store";
import { FIRST_DEPTH } from "./first";
import { DepthControl, LengthControls } from "./Length";
import { nearestBeats } from "./lengths";
import { PathRecording } from "./recording";

const KEY_STEP = 0.1;
const LEAST_SECONDS = 0.2;
const SAMPLE_MS = 20;

interface Props {
  name: string;
  move: HandMovement | null;
  onChange: (move: HandMovement) => void;
}

/** Press, move up and down, let go: the path repeats. */
export function HandEditor({ name, move, onChange }: Props) {
  const tempo = usePlay((state) => state.patch?.tempo ?? 120);
  const [live, setLive] = useState<number | null>(null);
  const path = useRef<PathRecording | null>(null);
  const value = useRef(0);
  const timer = useRef<ReturnType<typeof setInterval> | undefined>(undefined);
  useEffect(() => () => clearInterval(timer.current), []);

  const begin = (at: number) => {
    value.current = at;
    setLive(at);
    const recording = new PathRecording();
    path.current = recording;
    recording.add(performance.now() / 1000, at);
    clearInterval(timer.current);
    timer.current = setInterval(() => recording.add(performance.now() / 1000, value.current), SAMPLE_MS);
  };
  const go = (at: number) => {
    value.current = Math.min(1, Math.max(-1, at));
    setLive(value.current);
  };
  const end = () => {
    clearInterval(timer.current);
    const done = path.current;
    path.current = null;
    setLive(null);
    if (!done) return;
    done.add(performance.now() / 1000, value.current);
    if (done.seconds < LEAST_SECONDS) return;
    const beats = nearestBeats((done.seconds * tempo) / 60);
    const synced = move ? (move.beats ?? null) !== null : true;
    onChange({
      kind: "hand",
      points: done.points(),
      depth: move?.depth ?? FIRST_DEPTH,
      beats: synced ? beats : null,
      seconds: synced ? null : Number(done.seconds.toPrecision(3)),
    });
  };
  const at = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return 1 - (2 * (event.clientY - box.top)) / box.height;
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.repeat) {
      event.preventDefault();
      if (path.current) end();
      else begin(0);
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      if (path.current) go(value.current + (event.key === "ArrowUp" ? KEY_STEP : -KEY_STEP));
    }
  };
  return (
    <>
      <div
        className="move-path pad"
        role="slider"
        tabIndex={0}
        aria-label={`Path of ${name}: Enter begins and ends, arrows move`}
        aria-valuemin={-100}
        aria-valuemax={100}
        aria-valuenow={Math.round(100 * (live ?? 0))}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          begin(at(event));
        }}
        onPointerMove={(event) => path.current && go(at(event))}
        onPointerUp={end}
        onPointerCancel={end}
        onKeyDown={key}
      >
        {move && live === null && (
          <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            <polyline points={move.points.map((y, k) => `${(100 * k) / (move.points.length - 1)},${50 - 46 * y}`).join(" ")} />
          </svg>
        )}
        {live === null ? (
          !move && <span className="soft">Press, move up and down, let go: it repeats.</span>
        ) : (
          <i className="move-hand" style={{ top: `${50 - 46 * live}%` }} />
        )}
      </div>
      {move && (
        <>
          <LengthControls beats={move.beats ?? null} seconds={move.seconds ?? null} onChange={(length) => onChange({ ...move, ...length })} />
          <DepthControl depth={move.depth ?? FIRST_DEPTH} onChange={(depth) => onChange({ ...move, depth })} />
        </>
      )}
    </>
  );
}
