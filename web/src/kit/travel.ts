/** How a control's value lies on its track: frequencies by octaves, all else evenly. */
import type { ControlCard } from "../generated/api";

const LEAST_HZ = 20;

type Range = Pick<ControlCard, "low" | "high" | "unit">;

function isWide({ unit, high }: Range): boolean {
  return unit === "Hz" && high > 1000;
}

/** Travel 0..1 of a value; frequencies below 20 Hz lie at 0. */
export function toTravel(range: Range, value: number): number {
  const { low, high } = range;
  const inside = Math.min(Math.max(value, low), high);
  if (!isWide(range)) return (inside - low) / (high - low);
  return Math.log(Math.max(inside, LEAST_HZ) / LEAST_HZ) / Math.log(high / LEAST_HZ);
}

export function fromTravel(range: Range, travel: number): number {
  const { low, high } = range;
  if (!isWide(range)) return low + travel * (high - low);
  return travel <= 0 ? low : Math.max(low, LEAST_HZ * (high / LEAST_HZ) ** travel);
}

/** Where the fill starts: the middle where a control goes both ways, else its left end. */
export function originOf(range: Range): number {
  return range.low < 0 && range.high > 0 ? toTravel(range, 0) : 0;
}
