/** The latest half minute of columns, written round and round. */
import type { Picture, PictureLayout } from "../generated/wire";
import { FULL } from "./axis";

/** columns; a texture of this height is everywhere */
export const LENGTH = 4096;
/** between the newest and the oldest, so that interpolation never mixes them */
const GUARD = 8;
const MOST_REPEATED = 64;

export class Tape {
  levels = new Uint8Array(0);
  rows = 0;
  lowHz = FULL.lowHz;
  highHz = FULL.highHz;
  secondsPerColumn = 0.008;
  rangeDb = 80;
  /** columns so far */
  end = 0;

  /** Another instrument: what was heard stays, at its frequencies. */
  lay(layout: PictureLayout): void {
    const same = layout.rows === this.rows && layout.low_hz === this.lowHz && layout.high_hz === this.highHz;
    if (!same) {
      const old = this.levels;
      this.levels = new Uint8Array(layout.rows * LENGTH);
      if (this.end > 0) remap(old, this, this.levels, layout);
    }
    this.rows = layout.rows;
    this.lowHz = layout.low_hz;
    this.highHz = layout.high_hz;
    this.secondsPerColumn = layout.seconds_per_column;
    this.rangeDb = layout.range_db;
  }

  add({ payload, rows, columns, skipped }: Pick<Picture, "payload" | "rows" | "columns" | "skipped">): void {
    if (rows !== this.rows || columns === 0) return;
    // What was lost is drawn as its neighbour, so that time keeps its pace.
    for (let k = -Math.min(skipped, MOST_REPEATED); k < columns; k++) {
      const from = Math.max(0, k) * rows;
      this.levels.set(payload.subarray(from, from + rows), (this.end % LENGTH) * rows);
      this.end++;
    }
  }

  /** The oldest column that is still there. */
  get start(): number {
    return Math.max(0, this.end - LENGTH + GUARD);
  }

  /** dB of what was heard at a column and a frequency; null where nothing was. */
  levelAt(column: number, hz: number): number | null {
    const k = Math.floor(column);
    if (k < this.start || k >= this.end || this.rows === 0) return null;
    const height = Math.log(hz / this.lowHz) / Math.log(this.highHz / this.lowHz);
    const row = Math.min(this.rows - 1, Math.max(0, Math.floor(height * this.rows)));
    return (this.levels[(k % LENGTH) * this.rows + row]! / 255 - 1) * this.rangeDb;
  }

  /** The strongest frequency of the newest column; null in silence. */
  loudest(): { hz: number; db: number } | null {
    if (this.end === 0) return null;
    const from = ((this.end - 1) % LENGTH) * this.rows;
    let best = 0;
    for (let row = 1; row < this.rows; row++) if (this.levels[from + row]! > this.levels[from + best]!) best = row;
    const level = this.levels[from + best]!;
    if (level === 0) return null;
    const hz = this.lowHz * (this.highHz / this.lowHz) ** ((best + 0.5) / this.rows);
    return { hz, db: (level / 255 - 1) * this.rangeDb };
  }

  /** As it is now; it stays so. */
  still(): Tape {
    const made = Object.assign(new Tape(), this);
    made.levels = this.levels.slice();
    return made;
  }
}

function remap(from: Uint8Array, old: Tape, to: Uint8Array, layout: PictureLayout): void {
  const source = new Int32Array(layout.rows);
  for (let row = 0; row < layout.rows; row++) {
    const hz = layout.low_hz * (layout.high_hz / layout.low_hz) ** ((row + 0.5) / layout.rows);
    const height = Math.log(hz / old.lowHz) / Math.log(old.highHz / old.lowHz);
    source[row] = height >= 0 && height < 1 ? Math.floor(height * old.rows) : -1;
  }
  for (let column = 0; column < Math.min(old.end, LENGTH); column++) {
    for (let row = 0; row < layout.rows; row++) {
      const there = source[row]!;
      if (there >= 0) to[column * layout.rows + row] = from[column * old.rows + there]!;
    }
  }
}
