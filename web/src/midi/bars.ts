/** Ticks, seconds and bars of a MIDI file. */

/** From a tick on, a tick takes so long. */
export interface TempoAt {
  tick: number;
  seconds: number;
  perTick: number;
}

/** From a tick on, a bar has so many ticks. */
export interface Meter {
  tick: number;
  ticks: number;
}

export function secondsAt(tempos: readonly TempoAt[], tick: number): number {
  const from = tempos.findLast((one) => one.tick <= tick) ?? tempos[0]!;
  return from.seconds + (tick - from.tick) * from.perTick;
}

const MOST_BARS = 10_000;

/** Where bars begin, in seconds, up to the first that is not before `last`; another meter begins a bar. */
export function barsOf(tempos: readonly TempoAt[], meters: readonly Meter[], last: number): number[] {
  const bars: number[] = [];
  let tick = 0;
  while (bars.length < MOST_BARS) {
    bars.push(secondsAt(tempos, tick));
    if (tick >= last && bars.length > 1) break;
    const meter = meters.findLast((one) => one.tick <= tick)!;
    const change = meters.find((one) => one.tick > tick && one.tick < tick + meter.ticks);
    tick = change?.tick ?? tick + meter.ticks;
  }
  return bars;
}

/** The number of the bar at a time, from 0. */
export function barAt(bars: readonly number[], seconds: number): number {
  return Math.max(0, bars.findLastIndex((start) => start <= seconds + 1e-6));
}

/** The beginning of a bar that is nearest. */
export function nearestBar(bars: readonly number[], seconds: number): number {
  return bars.reduce((best, bar) => (Math.abs(bar - seconds) < Math.abs(best - seconds) ? bar : best), bars[0] ?? 0);
}
