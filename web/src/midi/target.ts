/** What a learned knob moves. */
import type { ControlCard, InstrumentDetails } from "../generated/api";
import { fromTravel } from "../kit/travel";

/** `texture/all/1` is the control `all/1` of `texture`; null when another instrument is open. */
export function targetOf(target: string, details: Pick<InstrumentDetails, "name" | "controls">): ControlCard | null {
  const cut = target.indexOf("/");
  if (target.slice(0, cut) !== details.name) return null;
  return details.controls.find(({ name }) => name === target.slice(cut + 1)) ?? null;
}

/** A knob's travel 0..1 as its control's value; frequencies by octaves, as their slider has them. */
export function turned(card: Pick<ControlCard, "low" | "high" | "unit">, part: number): number {
  return fromTravel(card, part);
}
