import { usePlay } from "../play/store";

const FLOOR_DB = -60;

/** Level of what the worklet plays. */
export function Level() {
  const peak = usePlay((state) => state.peak);
  const db = peak > 0 ? 20 * Math.log10(peak) : -Infinity;
  const part = Math.min(1, Math.max(0, 1 - db / FLOOR_DB));
  return (
    <div
      className="level"
      role="meter"
      aria-label="Level"
      aria-valuemin={FLOOR_DB}
      aria-valuemax={0}
      aria-valuenow={Math.round(Math.max(FLOOR_DB, Math.min(0, db)))}
      aria-valuetext={part > 0 ? `${Math.round(db)} decibels` : "silent"}
      title={part > 0 ? `${db.toFixed(1)} dB` : "silent"}
    >
      <i style={{ transform: `scaleX(${part})` }} />
    </div>
  );
}

/** Latency and what went wrong, in figures. */
export function Figures() {
  const audio = usePlay((state) => state.audio);
  const meters = usePlay((state) => state.meters);
  const outputMs = usePlay((state) => state.outputMs);
  if (!audio) return null;
  const latency = audio.latencyP50;
  return (
    <div className="figures" data-testid="figures">
      <span title={`From a control to its first sample in the page, half and 95 of 100; the browser's output takes ${outputMs.toFixed(0)} ms more`}>
        Latency{" "}
        <b>
          {latency === null ? "–" : `${latency.toFixed(0)}/${(audio.latencyP95 ?? 0).toFixed(0)}`} ms
        </b>
      </span>
      <span title="Sound that the page keeps ready">
        Buffer <b>{audio.bufferMs.toFixed(0)} ms</b>
      </span>
      <span title="How often the page had no sound left to play">
        Underruns <b data-testid="underruns">{audio.underruns}</b>
      </span>
      <span title="What the model takes for a window, half of them">
        Model <b>{meters ? meters.generation_ms.p50.toFixed(0) : "–"} ms</b>
      </span>
    </div>
  );
}
