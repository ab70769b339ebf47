/** Bars of a MIDI file, by where they begin. */

/** The number of the bar at a time, from 0. */
export function barAt(bars: readonly number[], seconds: number): number {
  return Math.max(0, bars.findLastIndex((start) => start <= seconds + 1e-6));
}

/** The beginning of a bar that is nearest. */
export function nearestBar(bars: readonly number[], seconds: number): number {
  return bars.reduce((best, bar) => (Math.abs(bar - seconds) < Math.abs(best - seconds) ? bar : best), bars[0] ?? 0);
}
