/** Notes of a MIDI file as bars over time. */
import type { MidiFile } from "../../midi/file";

export interface RollNote {
  note: number;
  from: number;
  to: number;
}

/** A note that never ends goes to the end of the file. */
export function rollNotes({ events, length }: Pick<MidiFile, "events" | "length">): RollNote[] {
  const notes: RollNote[] = [];
  const open = new Map<number, RollNote>();
  for (const { at, data } of events) {
    const [status = 0, note = 0, velocity = 0] = data;
    const kind = status >> 4;
    if (kind !== 8 && kind !== 9) continue;
    const key = ((status & 0xf) << 7) | note;
    const before = open.get(key);
    if (before) before.to = at;
    open.delete(key);
    if (kind === 8 || velocity === 0) continue;
    const made = { note, from: at, to: length };
    notes.push(made);
    open.set(key, made);
  }
  return notes;
}

const LEAST_SPAN = 24;
const RIM = 3;

export function drawNotes(canvas: HTMLCanvasElement, notes: readonly RollNote[], length: number, colour: string): void {
  const context = canvas.getContext("2d")!;
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  context.fillStyle = colour;
  const lowest = notes.reduce((least, { note }) => Math.min(least, note), 127);
  const highest = notes.reduce((most, { note }) => Math.max(most, note), 0);
  const span = Math.max(LEAST_SPAN, highest - lowest);
  const low = (lowest + highest - span) / 2;
  const thick = Math.max(1.5, Math.min(height / 10, height / span));
  for (const { note, from, to } of notes) {
    const y = height - RIM - thick - ((note - low) / span) * (height - 2 * RIM - thick);
    const x = (from / length) * width;
    context.fillRect(x, y, Math.max(1.5, ((to - from) / length) * width - 1), thick);
  }
}
