/** What this browser played last: where the next tab begins. */
import type { Patch } from "../generated/wire";
import { leftAt, takeLeft, type Left } from "./left";
import { usePlay } from "./store";

const KEY = "last";

/** Null: nothing was played on this browser yet. */
export function lastPlayed(): (Left & { instrument: string }) | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (!kept || typeof kept !== "object" || !("patch" in kept)) return null;
    const left = kept as Left;
    return typeof left.patch?.instrument === "string" ? { ...left, instrument: left.patch.instrument } : null;
  } catch {
    return null;
  }
}

/** The instrument opens in this tab as it was left in the last one. */
export function openLast(): void {
  const last = lastPlayed();
  if (last && !leftAt(last.instrument)) takeLeft({ patch: last.patch, preset: last.preset });
}

/** The instrument goes by another name. */
export function renameLast(before: string, after: string): void {
  const last = lastPlayed();
  if (last?.instrument !== before) return;
  const left: Left = { patch: { ...last.patch, instrument: after }, preset: last.preset };
  localStorage.setItem(KEY, JSON.stringify(left));
}

function keep(patch: Patch | null): void {
  if (patch) localStorage.setItem(KEY, JSON.stringify({ patch, preset: usePlay.getState().preset } satisfies Left));
}

/** From now on it is remembered. @returns how to end. */
export function rememberLast(): () => void {
  let played = false;
  const unsubscribe = usePlay.subscribe(({ status, patch }, before) => {
    if (status !== "playing" || (before.status === "playing" && before.patch?.instrument === patch?.instrument)) return;
    played = true;
    keep(patch);
  });
  const leave = () => played && keep(usePlay.getState().patch);
  addEventListener("pagehide", leave);
  return () => {
    unsubscribe();
    removeEventListener("pagehide", leave);
  };
}
