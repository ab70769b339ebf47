/** Messages of MIDI 1.0, as numbers. */

export const noteOn = (note: number, velocity: number, channel = 0) => [0x90 | channel, note, velocity];
export const noteOff = (note: number, channel = 0) => [0x80 | channel, note, 0];
export const controller = (number: number, value: number, channel = 0) => [0xb0 | channel, number, value];

/** Bend of -1..1 of the range. */
export function bend(part: number, channel = 0): number[] {
  const value = Math.max(0, Math.min(16383, Math.round(8192 + 8192 * part)));
  return [0xe0 | channel, value & 0x7f, value >> 7];
}

/** The messages that set a registered parameter, and then choose none. */
function parameter(number: number, coarse: number, fine: number, channel: number): number[][] {
  return [
    controller(101, 0, channel),
    controller(100, number, channel),
    controller(6, coarse, channel),
    controller(38, fine, channel),
    controller(101, 127, channel),
    controller(100, 127, channel),
  ];
}

/** The messages that make the bend's range so many semitones (registered parameter 0). */
export const bendRange = (semitones: number, channel = 0): number[][] => parameter(0, semitones, 0, channel);

const VOLUME = 7;
const PAN = 10;
export const SUSTAIN = 64;
const SOSTENUTO = 66;
const RESET = 121;

export const program = (number: number, channel = 0) => [0xc0 | channel, number];

/** The messages that let go what a channel's pedals hold. */
export const pedalsUp = (channel = 0): number[][] => [SUSTAIN, SOSTENUTO].map((pedal) => controller(pedal, 0, channel));

/** The messages that put a channel's controllers where they are before any: a reset leaves most of it. */
export function atRest(channel = 0): number[][] {
  return [
    controller(RESET, 0, channel),
    controller(VOLUME, 100, channel),
    controller(PAN, 64, channel),
    ...bendRange(2, channel),
    // Tuning, fine and coarse, and how deep the modulation wheel goes.
    ...parameter(1, 64, 0, channel),
    ...parameter(2, 64, 0, channel),
    ...parameter(5, 0, 64, channel),
  ];
}

export function isChannelMessage(data: number[]): boolean {
  const status = data[0] ?? 0;
  if (status < 0x80 || status >= 0xf0) return false;
  const kind = status >> 4;
  return data.length === (kind === 0xc || kind === 0xd ? 2 : 3);
}

/** A controller's message: which knob, and how far 0..1 it is turned. */
export function controllerOf(data: number[]): { name: string; number: number; part: number } | null {
  const [status = 0, number = 0, value = 0] = data;
  if (status >> 4 !== 0xb || number >= 120) return null;
  return { name: `CC ${number} ch ${(status & 0xf) + 1}`, number, part: value / 127 };
}

/** Sources of the server's that a kind of message moves, beside its own controller. */
const MOVED: Record<number, string[]> = {
  0x8: ["velocity", "notes"],
  0x9: ["note", "velocity", "notes"],
  0xb: ["timbre", "velocity", "notes"],
  0xd: ["pressure"],
  0xe: ["bend"],
};

/** Whether a message moves any of these sources. */
export function movesAnything(data: number[], sources: Set<string>): boolean {
  const [status = 0, number = 0] = data;
  const kind = status >> 4;
  return (kind === 0xb && sources.has(`cc${number}`)) || (MOVED[kind] ?? []).some((name) => sources.has(name));
}
