/** What this tab keeps of where it was, and how each instrument was left there. */
import type { Patch } from "../generated/wire";
import { changed } from "./history";
import type { PlayState, Snapshot } from "./store";

export interface Left {
  patch: Patch;
  preset: { id: string; name: string } | null;
}

/** Undo, and the two sounds that are compared: as long as the page stays. */
export type Edits = Pick<PlayState, "history" | "sides" | "morph">;

const ENTERED = "entered";
const edits = new Map<string, Edits>();
const keyOf = (instrument: string) => `left/${instrument}`;

/** The instrument that this tab was at last; null in a new one. */
export const lastEntered = (): string | null => sessionStorage.getItem(ENTERED);

export function keepEntered(instrument: string): void {
  sessionStorage.setItem(ENTERED, instrument);
}

/** Its instrument opens like this in this tab. */
export function takeLeft(left: Left, its?: Edits): void {
  const { instrument } = left.patch;
  sessionStorage.setItem(keyOf(instrument), JSON.stringify(left));
  if (its) edits.set(instrument, its);
  else edits.delete(instrument);
}

/** Null where it was left by another page, or by what made it anew. */
export const editsAt = (instrument: string): Edits | null => edits.get(instrument) ?? null;

/** Steps of instruments that are not played become what `change` makes of them. */
export function changeLeftSteps(change: (one: Snapshot) => Snapshot): void {
  for (const [instrument, its] of edits) edits.set(instrument, { ...its, history: changed(its.history, change) });
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
  edits.delete(instrument);
}
