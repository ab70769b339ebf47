/** How keys play: in a scale, as chords, held; and whose keys they are. */
import { create } from "zustand";
import { midi, start } from "../play/sound";
import { usePlay } from "../play/store";
import { notesOf, scaleNamed, type Chords, type Key } from "./scale";
import { touched } from "./touched";
import { Voices } from "./voices";

export interface KeysState {
  /** keys go to the nearest note of the scale */
  stays: boolean;
  root: number;
  scale: string;
  chords: Chords;
  hold: boolean;
  /** lowest key of the letters */
  base: number;
}

const STORE = "notes/keys";
const USUAL: KeysState = { stays: false, root: 9, scale: "minor", chords: "off", hold: false, base: 48 };
export const LOWEST = 24;
export const HIGHEST = 84;

function kept(): KeysState {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(STORE) ?? "{}") as Partial<KeysState>) };
  } catch {
    return USUAL;
  }
}

export const useKeys = create<KeysState>(kept);

/** Notes that the player's keys sound now. */
export const useSounding = create<{ notes: ReadonlySet<number> }>(() => ({ notes: new Set() }));

export function keyOf({ stays, root, scale }: KeysState): Key | null {
  return stays ? { root, scale: scaleNamed(scale) } : null;
}

const isPlaying = () => usePlay.getState().status === "playing";

const voices = new Voices(
  (data) => {
    if (isPlaying()) midi(data);
  },
  (key) => notesOf(key, keyOf(useKeys.getState()), useKeys.getState().chords),
);
voices.setHold(useKeys.getState().hold);

function show(): void {
  useSounding.setState({ notes: voices.sounding });
}

export function changeKeys(changes: Partial<KeysState>): void {
  useKeys.setState(changes);
  localStorage.setItem(STORE, JSON.stringify(useKeys.getState()));
  if (changes.hold === undefined) return;
  voices.setHold(changes.hold);
  show();
}

export function moveOctave(by: 1 | -1): void {
  const base = Math.min(HIGHEST, Math.max(LOWEST, useKeys.getState().base + 12 * by));
  changeKeys({ base });
}

/** A touch is also what lets the browser begin with sound; only what is still held sounds late. */
export function press(by: string, key: number, velocity: number, channel = 0): void {
  touched();
  voices.press(by, key, velocity, channel);
  show();
  if (usePlay.getState().status === "silent") void start();
}

export function release(by: string, key: number, channel = 0): void {
  voices.release(by, key, channel);
  show();
}

export function releaseAll(): void {
  voices.releaseAll();
  show();
}

/** A channel message of a device's keys; false: it is none. */
export function takeKey(data: number[]): boolean {
  const [status = 0, note = 0, velocity = 0] = data;
  const kind = status >> 4;
  if (kind !== 8 && kind !== 9) return false;
  const channel = status & 0xf;
  const by = `device ${channel}`;
  if (kind === 9 && velocity > 0) press(by, note, velocity, channel);
  else release(by, note, channel);
  return true;
}

usePlay.subscribe(({ status, details }, before) => {
  // The instrument is left: what is held there does not sound on.
  if (before.details && details === null) releaseAll();
  if (status === before.status) return;
  if (status === "playing") voices.resound();
  if (status === "silent") {
    voices.forget();
    show();
  }
});
