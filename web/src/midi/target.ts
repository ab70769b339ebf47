/** What a learned knob moves. */
import type { ControlCard, InstrumentDetails } from "../generated/api";
import { controlTitle } from "../kit/words";
import { fromTravel } from "../kit/travel";

/** `texture/all/1` is the control `all/1` of `texture`; null when another instrument is open. */
export function targetOf(target: string, details: Pick<InstrumentDetails, "name" | "controls">): ControlCard | null {
  const cut = target.indexOf("/");
  if (target.slice(0, cut) !== details.name) return null;
  return details.controls.find(({ name }) => name === target.slice(cut + 1)) ?? null;
}

/** `texture/gain_db` as "Level of texture". */
export function targetTitle(target: string): string {
  const cut = target.indexOf("/");
  return `${controlTitle(target.slice(cut + 1))} of ${target.slice(0, cut)}`;
}

/** A knob's travel 0..1 as its control's value; frequencies by octaves, as their slider has them. */
export function turned(card: Pick<ControlCard, "low" | "high" | "unit">, part: number): number {
  return fromTravel(card, part);
}
