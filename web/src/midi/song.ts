/** Plays a MIDI file by sending its messages when their time has come. */
import { create } from "zustand";
import { midi } from "../play/sound";
import { controller } from "./messages";
import type { Timed } from "./file";

const DRUMS = 9;
const TICK_MS = 5;

interface SongState {
  name: string;
  seconds: number;
  length: number;
  playing: boolean;
}

export const useSong = create<SongState>(() => ({ name: "", seconds: 0, length: 0, playing: false }));

let timer: ReturnType<typeof setInterval> | undefined;

export function playSong(name: string, events: Timed[]): void {
  stopSong();
  // A synthesizer of tones has no drums; programs would choose from another list of instruments.
  const played = events.filter(({ data }) => (data[0]! & 0xf) !== DRUMS && data[0]! >> 4 !== 0xc);
  const length = played.at(-1)?.seconds ?? 0;
  const began = performance.now() + 50;
  let next = 0;
  useSong.setState({ name, seconds: 0, length, playing: true });
  timer = setInterval(() => {
    const now = (performance.now() - began) / 1000;
    while (next < played.length && played[next]!.seconds <= now) midi(played[next++]!.data);
    if (Math.floor(now) !== Math.floor(useSong.getState().seconds)) {
      useSong.setState({ seconds: Math.max(0, now) });
    }
    if (next >= played.length) stopSong();
  }, TICK_MS);
}

export function stopSong(): void {
  if (timer === undefined) return;
  clearInterval(timer);
  timer = undefined;
  for (let channel = 0; channel < 16; channel++) midi(controller(123, 0, channel));
  useSong.setState({ playing: false });
}
