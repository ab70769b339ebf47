/** How much of each named place is heard. */
import { usePlay } from "../play/store";

export interface Share {
  name: string;
  /** 0..1; all of them together are 1 */
  share: number;
}

export type Weights = Record<string, number>;

/** The largest first; none for a place by its numbers. */
export function sharesOf(weights: Weights | undefined): Share[] {
  const all = Object.entries(weights ?? {}).filter(([, weight]) => weight > 0);
  const total = all.reduce((sum, [, weight]) => sum + weight, 0);
  return all.map(([name, weight]) => ({ name, share: weight / total })).sort((a, b) => b.share - a.share);
}

/** Those that are shown as whole percents, which add up to 100 when all are shown. */
export function percents(shares: Share[], most: number): [name: string, percent: number][] {
  const shown = shares.slice(0, most);
  const sum = Math.round(100 * shown.reduce((all, { share }) => all + share, 0));
  const whole = shown.map(({ name, share }): [string, number] => [name, Math.floor(100 * share)]);
  const left = shown.map(({ share }, k) => ({ k, rest: 100 * share - whole[k]![1] })).sort((a, b) => b.rest - a.rest);
  const missing = sum - whole.reduce((all, [, percent]) => all + percent, 0);
  for (const { k } of left.slice(0, missing)) whole[k]![1] += 1;
  return whole.filter(([, percent]) => percent > 0);
}

/** Of what is set now; null where that is a place by its numbers. */
export function useWeights(): Weights | null {
  return usePlay(({ patch }) => (patch?.place && !patch.place.w ? patch.place.weights : null));
}
