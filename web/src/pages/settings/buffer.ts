/** The buffer as a control: 10 to 400 ms, equal ratios for equal ways. */
import { plainNumber } from "../../kit/words";

const LEAST_MS = 10;
const MOST_MS = 400;
export const REST_MS = 50;

export function travelOf(ms: number): number {
  return Math.log(ms / LEAST_MS) / Math.log(MOST_MS / LEAST_MS);
}

/** In steps that can be told: 1 ms below 50, else 5. */
export function msOf(travel: number): number {
  const ms = LEAST_MS * (MOST_MS / LEAST_MS) ** travel;
  const step = ms < 50 ? 1 : 5;
  return Math.min(MOST_MS, Math.max(LEAST_MS, step * Math.round(ms / step)));
}

/** A typed value, such as "80" or "80 ms"; null for what is none. */
export function readMs(text: string): number | null {
  const ms = plainNumber(text);
  return ms === null ? null : travelOf(Math.min(MOST_MS, Math.max(LEAST_MS, ms)));
}
