/** Lengths of a movement's cycle: steps of the bar, or seconds by factors. */
export const BEATS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64] as const;
export const SECONDS = { low: 0.05, high: 60, rest: 4 };

export function beatsAt(travel: number): number {
  return BEATS[Math.round(travel * (BEATS.length - 1))] ?? 4;
}

export function travelOfBeats(beats: number): number {
  const nearest = BEATS.reduce((best, one) => (Math.abs(one - beats) < Math.abs(best - beats) ? one : best), BEATS[0] as number);
  return BEATS.indexOf(nearest as (typeof BEATS)[number]) / (BEATS.length - 1);
}

export function secondsAt(travel: number): number {
  const { low, high } = SECONDS;
  return Number((low * (high / low) ** travel).toPrecision(3));
}

export function travelOfSeconds(seconds: number): number {
  const { low, high } = SECONDS;
  return Math.min(1, Math.max(0, Math.log(seconds / low) / Math.log(high / low)));
}

/** The step of the bar that is nearest to a length in beats, by ratio. */
export function nearestBeats(beats: number): number {
  return BEATS.reduce((best, one) =>
    Math.abs(Math.log(one / beats)) < Math.abs(Math.log(best / beats)) ? one : best,
  );
}
