/** A MIDI file that is played: where it is, how fast, which bars again and again. */
import { create } from "zustand";
import { api } from "../generated/api";
import { forgetMidi, listenToClock, midi, start } from "../play/sound";
import { isOn, say, usePlay } from "../play/store";
import { barAt } from "./bars";
import { fileOf, hasPrograms, type MidiFile } from "./file";
import { Sequencer, type Loop, type Now } from "./sequencer";
import { touched } from "./touched";

interface SongState {
  name: string;
  file: MidiFile | null;
  playing: boolean;
  /** seconds of the file, at its own tempo */
  position: number;
  /** two bars' beginnings; kept while the loop is off */
  loop: Loop | null;
  looping: boolean;
  /** percent of the file's tempo */
  tempo: number;
  /** at the transport's tempo instead */
  follows: boolean;
  lit: ReadonlySet<number>;
}

export const useSong = create<SongState>(() => ({
  name: "",
  file: null,
  playing: false,
  position: 0,
  loop: null,
  looping: false,
  tempo: 100,
  follows: false,
  lit: new Set(),
}));

const get = useSong.getState;
const set = useSong.setState;
const sequencer = new Sequencer({
  // Another instrument may be there by now, which has none of the channels.
  send: (data, frame) => void (usePlay.getState().details?.midi && midi(data, frame)),
  forget: forgetMidi,
});
let now: Now = { played: 0, made: 0 };
/** it goes on as soon as there is sound */
let waits = false;

export interface Song {
  name: string;
  file: MidiFile;
}

export const canFollow = ({ file }: Pick<SongState, "file">): boolean => file?.steady ?? false;

/** As `render` reads it. Throws Error with a line for the player. */
export async function readSong(given: File): Promise<Song> {
  return { name: given.name, file: fileOf(await api.readMidiSong(given, { name: given.name })) };
}

/** It waits for the sound where that is not on. */
export function playFrom({ name, file }: Song): void {
  pauseSong();
  sequencer.load(file.events, file.length);
  set({ name, file, position: 0, loop: null, looping: false, follows: false, tempo: 100 });
  apply();
  tell(name, file);
  playSong();
}

/** What is not as the file has it. */
function tell(name: string, file: MidiFile): void {
  const { patch } = usePlay.getState();
  const chosen = patch && (patch.place !== null || Object.keys(patch.choices).length > 0);
  if (file.breaksOff) say("warning", `${name} breaks off: what is missing at its end is not played.`);
  if (chosen && hasPrograms(file)) say("info", `${name} names instruments of its own: all but its drums have the sound that is chosen.`);
}

export function playSong(): void {
  if (!get().file) return;
  touched();
  waits = true;
  if (usePlay.getState().status !== "playing") void start();
  else if (now.made > 0) begin();
}

export function pauseSong(): void {
  waits = false;
  sequencer.pause(now);
  show();
}

export function seekSong(position: number): void {
  sequencer.seek(position, now);
  show();
}

/** To the beginning of this bar, or of another one. */
export function stepBars(by: number): void {
  const { file, position } = get();
  if (!file) return;
  const bar = Math.min(Math.max(0, barAt(file.bars, position) + by), file.bars.length - 2);
  seekSong(file.bars[bar] ?? 0);
}

export function setSongTempo(tempo: number): void {
  set({ tempo: Math.min(400, Math.max(25, Math.round(tempo))), follows: false });
  apply();
}

export function setFollows(follows: boolean): void {
  set({ follows });
  apply();
}

export function setLoop(loop: Loop, looping = true): void {
  set({ loop, looping });
  apply();
}

/** The first time it is the four bars from here on. */
export function toggleLoop(): void {
  const { file, position, loop, looping } = get();
  if (!file) return;
  const bar = barAt(file.bars, position);
  const last = file.bars.length - 1;
  setLoop(loop ?? { from: file.bars[bar]!, to: file.bars[Math.min(bar + 4, last)]! }, !looping);
}

function apply(): void {
  const { file, tempo, follows, loop, looping } = get();
  const bpm = usePlay.getState().patch?.tempo ?? 120;
  sequencer.setRate(follows && file ? bpm / file.bpm : tempo / 100);
  sequencer.setLoop(looping ? loop : null);
}

function begin(): void {
  if (!usePlay.getState().details?.midi) return;
  waits = false;
  touched();
  sequencer.play(now);
  show();
}

function show(): void {
  const { playing, lit } = sequencer;
  set({ playing: playing || waits, position: sequencer.position(now), lit });
}

listenToClock((told) => {
  // One that was under way when the sound ended.
  if (!isOn(usePlay.getState().status)) return;
  now = told;
  if (waits) begin();
  const { playing } = sequencer;
  sequencer.tick(now);
  if (playing) show();
});

usePlay.subscribe(({ status, patch, details }, before) => {
  if (patch?.tempo !== before.patch?.tempo) apply();
  if (!isOn(status) && isOn(before.status)) {
    // It goes on with the next Play if it was playing.
    waits = sequencer.playing;
    sequencer.lose(now);
    now = { played: 0, made: 0 };
    set({ playing: false, position: sequencer.position(now), lit: new Set() });
  } else if (details !== before.details && !details?.midi && get().playing) {
    pauseSong();
  }
});
