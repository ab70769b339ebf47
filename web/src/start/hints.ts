/** The few hints of the first minute: whether they are still to be shown, and in which order. */
const KEY = "hints";
const SEEN = "seen";

/** An address with `hints=off` shows none, such as for a picture of the page. */
const off = new URLSearchParams(globalThis.location?.search).get("hints") === "off";

export function hintsWanted(): boolean {
  return !off && localStorage.getItem(KEY) !== SEEN;
}

export function hintsSeen(): void {
  localStorage.setItem(KEY, SEEN);
}

/** From the next time that something plays. */
export function showHintsAgain(): void {
  localStorage.removeItem(KEY);
}

export type Hint = "drag" | "lfo" | "heart";

export interface Minute {
  /** since the sound began */
  seconds: number;
  dragged: boolean;
  moved: boolean;
  kept: boolean;
  closed: readonly Hint[];
}

export const DRAG_AT = 3;
export const HEART_AT = 30;
export const OVER_AT = 45;

/** Which one is shown; null: none now; over: none ever again. */
export function hintAt({ seconds, dragged, moved, kept, closed }: Minute): Hint | "over" | null {
  if (seconds >= HEART_AT) return kept || closed.includes("heart") || seconds >= OVER_AT ? "over" : "heart";
  if (seconds < DRAG_AT) return null;
  if (!dragged) return closed.includes("drag") ? null : "drag";
  return moved || closed.includes("lfo") ? null : "lfo";
}
