/** Which controls stand on the stage, by instrument; kept on this browser. */
import { create } from "zustand";
import type { ControlCard } from "../generated/api";

export const MOST_PINS = 3;
const KEY = "stage/pins";
const FIRST = 2;

interface Pins {
  /** names of controls by instrument; what is not in it was never chosen */
  chosen: Record<string, string[]>;
  /** whether they are shown while the stage is */
  shown: boolean;
}

function kept(): Pins["chosen"] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return found && typeof found === "object" ? (found as Pins["chosen"]) : {};
  } catch {
    return {};
  }
}

export const usePins = create<Pins>(() => ({ chosen: kept(), shown: true }));

export function togglePinned(): void {
  usePins.setState(({ shown }) => ({ shown: !shown }));
}

/** Those that were pinned, else the first that shape the sound. */
export function pinnedOf(chosen: Pins["chosen"], instrument: string, cards: ControlCard[]): ControlCard[] {
  const names = chosen[instrument];
  if (names) return names.flatMap((name) => cards.find((card) => card.name === name) ?? []);
  const by = (group: ControlCard["group"]) => cards.filter((card) => card.group === group);
  return [...by("meaning"), ...by("sound")].slice(0, FIRST);
}

/** On the stage or off it; a fourth one takes the first one's place. */
export function withPin(names: string[], name: string): string[] {
  return names.includes(name) ? names.filter((one) => one !== name) : [...names, name].slice(-MOST_PINS);
}

export function togglePin(instrument: string, cards: ControlCard[], name: string): void {
  const { chosen } = usePins.getState();
  const names = pinnedOf(chosen, instrument, cards).map((card) => card.name);
  const next = { ...chosen, [instrument]: withPin(names, name) };
  localStorage.setItem(KEY, JSON.stringify(next));
  usePins.setState({ chosen: next });
}
