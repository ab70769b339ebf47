/** What is played now, and how it goes. */
import { create } from "zustand";
import type { AudioNow } from "../audio/messages";
import type { InstrumentDetails } from "../generated/api";
import type { DrawnLayout, HeardNow, MetersNow, Patch } from "../generated/wire";
import { nothing, type History } from "./history";

export type Status =
  | "silent" // nothing was started
  | "opening" // the sound is being opened
  | "playing"
  | "away" // the server does not answer; it is tried again
  | "taken" // another page plays this session
  | "failed";

export interface Note {
  id: number;
  level: "info" | "warning" | "error";
  text: string;
  /** a newer note about the same takes its place */
  about: string;
}

export interface PlayState {
  status: Status;
  /** what is being done, or what went wrong */
  why: string;
  details: InstrumentDetails | null;
  session: string | null;
  patch: Patch | null;
  /** the preset that was set last */
  preset: { id: string; name: string } | null;
  serverMs: number;
  outputMs: number;
  meters: MetersNow | null;
  audio: AudioNow | null;
  /** of the worklet, left and right, 0..1 */
  peaks: readonly [number, number];
  /** values now of the controls that something moves */
  moving: Record<string, number>;
  /** quarter notes, and when it was so on the page's clock; null while nothing plays */
  beat: { at: number; beat: number } | null;
  /** what plays into the instrument; null where it takes no sound */
  heard: HeardNow | null;
  /** of the instrument's pictures; null where it makes sound */
  drawn: DrawnLayout | null;
  /** whether the limiter of flashes is off */
  flashes: boolean;
  playingSince: number | null;
  recordingSince: number | null;
  /** of the loudspeakers, 0..1; takes are recorded at full level */
  volume: number;
  notes: Note[];
  history: History<Snapshot>;
  /** the two sounds that are compared, as they were left; null: not made yet */
  sides: { a: Patch | null; b: Patch | null };
  /** between them: 0 is A, 1 is B */
  morph: number;
}

/** What a step of undo brings back: a sound, and whose it is. */
export type Snapshot = Pick<PlayState, "preset" | "sides" | "morph"> & { patch: Patch };

export const usePlay = create<PlayState>(() => ({
  status: "silent",
  why: "",
  details: null,
  session: null,
  patch: null,
  preset: null,
  serverMs: 0,
  outputMs: 0,
  meters: null,
  audio: null,
  peaks: [0, 0],
  moving: {},
  beat: null,
  heard: null,
  drawn: null,
  flashes: false,
  playingSince: null,
  recordingSince: null,
  volume: 1,
  notes: [],
  history: nothing(),
  sides: { a: null, b: null },
  morph: 0,
}));

export const isOn = (status: Status): boolean => ["playing", "opening", "away"].includes(status);

/** Beats per minute: of the music where it leads, else as set; null while nothing is open. */
export function tempoNow({ heard, patch }: Pick<PlayState, "heard" | "patch">): number | null {
  return (heard?.follows ? heard.bpm : null) ?? patch?.tempo ?? null;
}

let lastNote = 0;

/** Shown to the player for a while. */
export function say(level: Note["level"], text: string, about: string = text): void {
  const others = usePlay.getState().notes.filter((note) => note.about !== about);
  usePlay.setState({ notes: [...others.slice(-2), { id: ++lastNote, level, text, about }] });
}

export function forgetNote(id: number): void {
  usePlay.setState(({ notes }) => ({ notes: notes.filter((note) => note.id !== id) }));
}

export function sayError(error: unknown): void {
  say("error", error instanceof Error ? error.message : String(error));
}
