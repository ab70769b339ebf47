/** What is played now, and how it goes. */
import { create } from "zustand";
import type { AudioNow } from "../audio/messages";
import type { InstrumentDetails } from "../generated/api";
import type { MetersNow, Patch, PictureLayout } from "../generated/wire";
import { nothing, type History } from "./history";

export type Status =
  | "silent" // nothing was started
  | "opening" // the instrument is being opened
  | "playing"
  | "away" // the server does not answer; it is tried again
  | "taken" // another page plays this session
  | "failed";

export interface Note {
  id: number;
  level: "info" | "warning" | "error";
  text: string;
}

export interface PlayState {
  status: Status;
  /** what is being done, or what went wrong */
  why: string;
  details: InstrumentDetails | null;
  session: string | null;
  patch: Patch | null;
  picture: PictureLayout | null;
  serverMs: number;
  outputMs: number;
  meters: MetersNow | null;
  audio: AudioNow | null;
  /** of the worklet, 0..1 */
  peak: number;
  recordingSince: number | null;
  notes: Note[];
  history: History<Patch>;
  /** the other one of A and B */
  other: Patch | null;
  side: "A" | "B";
}

export const usePlay = create<PlayState>(() => ({
  status: "silent",
  why: "",
  details: null,
  session: null,
  patch: null,
  picture: null,
  serverMs: 0,
  outputMs: 0,
  meters: null,
  audio: null,
  peak: 0,
  recordingSince: null,
  notes: [],
  history: nothing(),
  other: null,
  side: "A",
}));

let lastNote = 0;

/** Shown to the player for a while. */
export function say(level: Note["level"], text: string): void {
  const { notes } = usePlay.getState();
  if (notes.at(-1)?.text === text) return;
  usePlay.setState({ notes: [...notes.slice(-3), { id: ++lastNote, level, text }] });
}

export function forgetNote(id: number): void {
  usePlay.setState(({ notes }) => ({ notes: notes.filter((note) => note.id !== id) }));
}

export function sayError(error: unknown): void {
  say("error", error instanceof Error ? error.message : String(error));
}
