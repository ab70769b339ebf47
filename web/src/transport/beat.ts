/** Taps become a tempo. */
const LONGEST_MS = 2500;
const MOST_TAPS = 8;

export class Taps {
  private times: number[] = [];

  /** @returns beats per minute from the second tap on; null for a first one. */
  tap(now: number): number | null {
    if (now - (this.times.at(-1) ?? -Infinity) > LONGEST_MS) this.times = [];
    this.times = [...this.times, now].slice(-MOST_TAPS);
    const count = this.times.length - 1;
    return count < 1 ? null : (60_000 * count) / (now - this.times[0]!);
  }
}

/** The beat at a moment, from one that was told. */
export function beatAt(told: { at: number; beat: number }, tempo: number, now: number): number {
  return told.beat + ((now - told.at) * tempo) / 60_000;
}
