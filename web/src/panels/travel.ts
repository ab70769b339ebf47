/** Frequencies have a slider that moves by octaves. */
import type { ControlCard } from "../generated/api";

const LEAST_HZ = 20;

type Range = Pick<ControlCard, "low" | "high" | "unit">;

export function isWide(range: Range): boolean {
  return range.unit === "Hz" && range.high > 1000;
}

/** Travel 0..1 of a value; what is below 20 Hz lies at 0. */
export function toTravel({ high }: Range, value: number): number {
  return Math.log(Math.max(value, LEAST_HZ) / LEAST_HZ) / Math.log(high / LEAST_HZ);
}

export function fromTravel({ low, high }: Range, travel: number): number {
  if (travel <= 0) return low;
  return Math.max(low, LEAST_HZ * (high / LEAST_HZ) ** travel);
}
