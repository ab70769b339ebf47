/** Notes that are held on the page, whoever holds them. */
import { create } from "zustand";
import { noteOff, noteOn } from "../../midi/messages";
import { midi, start } from "../../play/sound";
import { usePlay } from "../../play/store";

export const useHeld = create<{ notes: ReadonlySet<number> }>(() => ({ notes: new Set() }));

function change(edit: (notes: Set<number>) => void): void {
  const notes = new Set(useHeld.getState().notes);
  edit(notes);
  useHeld.setState({ notes });
}

/** A touch is also what lets the browser begin with sound. */
export function press(note: number, velocity: number): void {
  if (useHeld.getState().notes.has(note)) return;
  change((notes) => notes.add(note));
  if (usePlay.getState().status === "playing") {
    midi(noteOn(note, velocity));
    return;
  }
  void start();
  const unsubscribe = usePlay.subscribe(({ status }) => {
    if (status === "opening") return;
    unsubscribe();
    // Only what is still held sounds late.
    if (status === "playing" && useHeld.getState().notes.has(note)) midi(noteOn(note, velocity));
  });
}

export function release(note: number): void {
  if (!useHeld.getState().notes.has(note)) return;
  change((notes) => notes.delete(note));
  midi(noteOff(note));
}

export function releaseAll(): void {
  for (const note of useHeld.getState().notes) release(note);
}

const TAP_MS = 700;
let tapped: { note: number; timer: ReturnType<typeof setTimeout> } | null = null;

/** A short note, for what only passes; the next one ends it. */
export function tap(note: number): void {
  if (tapped) {
    clearTimeout(tapped.timer);
    release(tapped.note);
  }
  press(note, 80);
  tapped = {
    note,
    timer: setTimeout(() => {
      release(note);
      tapped = null;
    }, TAP_MS),
  };
}
