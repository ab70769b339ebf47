/** MIDI devices of the browser: notes to the instrument, learned knobs to its controls. */
import { changeSettings, currentSettings } from "../app/settings";
import { setControls } from "../play/edit";
import { midi as play } from "../play/sound";
import { say, usePlay } from "../play/store";
import { takeKey } from "./keys";
import { knobSource, linesInForce, sourcesIn } from "../play/map";
import { controller, controllerOf, isChannelMessage, movesAnything, noteOff, SUSTAIN } from "./messages";
import { targetOf, targetTitle, turned } from "./target";

let access: MIDIAccess | null = null;
let learning: { target: string; name: string } | null = null;
let awaiting: ((source: string) => void) | null = null;
let listeners: (() => void)[] = [];
/** of each device: what lifts the keys that are down */
const held = new Map<string, Map<string, number[]>>();

export const canMidi = (): boolean => "requestMIDIAccess" in navigator;

/** Asks the browser, which asks the player. */
export async function openMidi(): Promise<void> {
  if (access) return;
  access = await navigator.requestMIDIAccess();
  access.onstatechange = listen;
  listen();
}

/** Names of the devices that are there; empty before they were opened. */
export function midiInputs(): string[] {
  return access ? [...access.inputs.values()].map((input) => input.name ?? "MIDI input") : [];
}

export function onMidiChange(listener: () => void): () => void {
  listeners.push(listener);
  return () => {
    listeners = listeners.filter((one) => one !== listener);
  };
}

/** The next knob that is turned belongs to this control. */
export function learn(target: string, name: string): void {
  learning = { target, name };
  openMidi().catch(() => say("warning", "The browser did not allow MIDI devices."));
}

/** Calls `take` with the next knob that is turned. */
export function awaitKnob(take: (source: string) => void): void {
  awaiting = take;
  openMidi().catch(() => say("warning", "The browser did not allow MIDI devices."));
}

function listen(): void {
  for (const input of access?.inputs.values() ?? []) {
    input.onmidimessage = (event) => {
      const chosen = currentSettings()?.midi_input;
      if (chosen && input.name !== chosen) return;
      if (!event.data) return;
      const data = [...event.data];
      keepHeld(input.id, data);
      hear(data);
    };
  }
  for (const device of held.keys()) {
    if (access?.inputs.get(device)?.state !== "connected") letGo(device);
  }
  for (const listener of listeners) listener();
}

/** Keys and the pedal that are down there. */
function keepHeld(device: string, [status = 0, number = 0, value = 0]: number[]): void {
  const kind = status & 0xf0;
  const channel = status & 0x0f;
  const down = held.get(device) ?? new Map<string, number[]>();
  if (kind === 0x90 || kind === 0x80) {
    const key = `${channel}/${number}`;
    if (kind === 0x90 && value > 0) down.set(key, noteOff(number, channel));
    else down.delete(key);
  } else if (kind === 0xb0 && number === SUSTAIN) {
    const key = `${channel}/pedal`;
    if (value > 0) down.set(key, controller(SUSTAIN, 0, channel));
    else down.delete(key);
  }
  held.set(device, down);
}

/** A device that is gone can lift nothing. */
function letGo(device: string): void {
  for (const lift of held.get(device)?.values() ?? []) hear(lift);
  held.delete(device);
}

/** Public for devices that are none, such as a test's. */
export function hear(data: number[]): void {
  const knob = controllerOf(data);
  if (knob && learning) {
    const { target, name } = learning;
    learning = null;
    const before = currentSettings()?.midi_map[knob.name];
    void changeSettings({ midi_map: { ...currentSettings()?.midi_map, [knob.name]: target } });
    const no = before && before !== target ? `, no longer ${targetTitle(before)}` : "";
    say("info", `The knob moves ${name} from now on${no}.`);
    return;
  }
  if (knob && awaiting) {
    const take = awaiting;
    awaiting = null;
    take(knobSource(knob.number));
    return;
  }
  const target = knob && currentSettings()?.midi_map[knob.name];
  const { details, patch, status } = usePlay.getState();
  const moves = details !== null && movesAnything(data, sourcesIn(linesInForce(details.map, patch?.map ?? {}), patch?.moves));
  if (knob && target) {
    const card = details && targetOf(target, details);
    if (card) setControls({ [card.name]: turned(card, knob.part) });
    if (!moves) return;
  }
  if (!(details?.midi || moves) || !isChannelMessage(data)) return;
  if (details?.midi && takeKey(data)) return;
  if (status !== "silent" && status !== "opening") play(data);
}
