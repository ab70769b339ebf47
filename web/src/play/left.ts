/** What this tab keeps of where it was, and how each instrument was left there. */
import type { Patch } from "../generated/wire";

export interface Left {
  patch: Patch;
  preset: { id: string; name: string } | null;
}

const ENTERED = "entered";
const keyOf = (instrument: string) => `left/${instrument}`;

/** The instrument that this tab was at last; null in a new one. */
export const lastEntered = (): string | null => sessionStorage.getItem(ENTERED);

export function keepEntered(instrument: string): void {
  sessionStorage.setItem(ENTERED, instrument);
}

/** Its instrument opens like this in this tab. */
export function takeLeft(left: Left): void {
  sessionStorage.setItem(keyOf(left.patch.instrument), JSON.stringify(left));
}

export function leftAt(instrument: string): Left | null {
  const kept = sessionStorage.getItem(keyOf(instrument));
  return kept ? (JSON.parse(kept) as Left) : null;
}

/** The instrument goes by another name. */
export function renameLeft(before: string, after: string): void {
  if (lastEntered() === before) keepEntered(after);
  const left = leftAt(before);
  if (left) takeLeft({ ...left, patch: { ...left.patch, instrument: after } });
  forgetLeft(before);
}

/** Another instrument of that name opens as a new one does. */
export function forgetLeft(instrument: string): void {
  sessionStorage.removeItem(keyOf(instrument));
}
