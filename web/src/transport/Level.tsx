import { Icon } from "../kit/Icon";
import { Control } from "../kit/Control";
import { plainNumber } from "../kit/words";
import { setVolume } from "../play/sound";
import { usePlay } from "../play/store";

const FLOOR_DB = -60;

const decibels = (peak: number) => (peak > 0 ? 20 * Math.log10(peak) : -Infinity);
const part = (db: number) => Math.min(1, Math.max(0, 1 - db / FLOOR_DB));

/** Left and right of what the page plays. */
export function Level() {
  const peaks = usePlay((state) => state.peaks);
  const db = decibels(Math.max(...peaks));
  const shown = part(db) > 0 ? `${db.toFixed(0)} dB`.replace("-", "−") : "";
  return (
    <div
      className="level"
      role="meter"
      aria-label="Level"
      aria-valuemin={FLOOR_DB}
      aria-valuemax={0}
      aria-valuenow={Math.round(Math.max(FLOOR_DB, Math.min(0, db)))}
      aria-valuetext={shown || "silent"}
    >
      <div className="level-bars" data-hot={db > -1}>
        {peaks.map((peak, side) => (
          <i key={side} style={{ transform: `scaleX(${part(decibels(peak))})` }} />
        ))}
      </div>
      <span className="level-number soft">{shown}</span>
    </div>
  );
}

/** Of the loudspeakers; takes are recorded at full level. */
export function Volume() {
  const volume = usePlay((state) => state.volume);
  return (
    <div className="volume">
      <Icon sign="volume" />
      <Control
        id="volume"
        label="Volume"
        hint="How loud this page is; takes are recorded at full level."
        travel={volume}
        rest={1}
        origin={0}
        shown={`${Math.round(100 * volume)} %`}
        read={(text) => {
          const number = plainNumber(text);
          return number === null ? null : Math.min(1, Math.max(0, number / 100));
        }}
        onChange={setVolume}
      />
    </div>
  );
}
