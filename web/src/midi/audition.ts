/** One tone of its own while a hand moves on a pad: no key is down for it. */
import { midi, start } from "../play/sound";
import { usePlay } from "../play/store";
import { noteOff, noteOn } from "./messages";
import { touched } from "./touched";

/** apart from the channels of keys, so that a pad can bend it alone */
export const PAD_CHANNEL = 15;

let sounds: number | null = null;

export function beginTone(note: number, velocity: number): void {
  endTone();
  touched();
  sounds = note;
  const { status } = usePlay.getState();
  if (status === "playing") midi(noteOn(note, velocity, PAD_CHANNEL));
  else if (status === "silent") void start();
}

export function endTone(): void {
  if (sounds !== null) midi(noteOff(sounds, PAD_CHANNEL));
  sounds = null;
}
