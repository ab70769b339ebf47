/** Labels at the edges of the picture, and words for what is under the pointer. */
import { heightOf, type Viewport } from "./axis";

export interface Tick {
  /** share of the edge, from the left or the bottom */
  at: number;
  text: string;
}

const MANTISSAS = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]];
const HZ_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
const SECOND_STEPS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
/** labels keep clear of the corners */
const CLEAR_PIXELS = 22;
const HZ_PIXELS = 28;
const SECOND_PIXELS = 190;

/** @param pixels height of the picture. */
export function hzTicks(view: Viewport, pixels: number): Tick[] {
  const candidates = view.scale === "log" ? octaves(view, pixels) : evenly(view, pixels);
  return candidates
    .map((hz) => ({ at: heightOf(hz, view), text: hzText(hz) }))
    .filter(({ at }) => at * pixels > CLEAR_PIXELS && (1 - at) * pixels > CLEAR_PIXELS);
}

function octaves(view: Viewport, pixels: number): number[] {
  const from = Math.floor(Math.log10(view.lowHz));
  const to = Math.ceil(Math.log10(view.highHz));
  let found: number[] = [];
  for (const mantissas of MANTISSAS) {
    found = [];
    for (let power = from; power <= to; power++) found.push(...mantissas.map((one) => one * 10 ** power));
    found = found.filter((hz) => hz >= view.lowHz && hz <= view.highHz);
    const heights = found.map((hz) => heightOf(hz, view) * pixels);
    if (heights.every((height, k) => k === 0 || height - heights[k - 1]! >= HZ_PIXELS)) break;
  }
  return found.length > 1 ? found : evenly(view, pixels);
}

function evenly(view: Viewport, pixels: number): number[] {
  const span = view.highHz - view.lowHz;
  const step = HZ_STEPS.find((one) => (one / span) * pixels >= HZ_PIXELS * 1.5) ?? 10_000;
  return multiples(step, view.lowHz, view.highHz);
}

function multiples(step: number, from: number, to: number): number[] {
  const found: number[] = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + 1e-9; k++) found.push(k * step);
  return found;
}

/** @param pixels width of the picture; oldest first, each with the seconds that it stands for. */
export function timeTicks({ seconds, ago }: Pick<Viewport, "seconds" | "ago">, pixels: number, frozen: boolean): Tick[] {
  const step = SECOND_STEPS.find((one) => (one / seconds) * pixels >= Math.min(SECOND_PIXELS, pixels / 3)) ?? 10;
  const found = multiples(step, ago, ago + seconds)
    .map((back) => ({ at: 1 - (back - ago) / seconds, back: Number(back.toFixed(2)) }))
    .filter(({ at, back }) => back === 0 || ((1 - at) * pixels > 2 * CLEAR_PIXELS && at * pixels > 4 * CLEAR_PIXELS))
    .reverse();
  const unit = (back: number) => (step < 0.5 ? `${Math.round(1000 * back)} ms` : `${Number(back.toFixed(1))} s`);
  return found.map(({ at, back }, k) => ({
    at,
    text: back === 0 ? (frozen ? "frozen" : "now") : k === 0 ? `${unit(back)} ago` : unit(back),
  }));
}

export function hzText(hz: number): string {
  if (hz >= 1000) return `${Number((hz / 1000).toFixed(hz < 10_000 ? 2 : 1))} kHz`;
  return `${Number(hz.toFixed(hz < 100 ? 1 : 0))} Hz`;
}

const NOTES = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];

/** The nearest note, with the cents beside it: "B2 −49 ct". */
export function noteText(hz: number): string {
  const exact = 69 + 12 * Math.log2(hz / 440);
  const note = Math.round(exact);
  const cents = Math.round(100 * (exact - note));
  const name = `${NOTES[((note % 12) + 12) % 12]}${Math.floor(note / 12) - 1}`;
  if (cents === 0) return name;
  return `${name} ${cents < 0 ? "−" : "+"}${Math.abs(cents)} ct`;
}

/** @param db null: nothing was heard there yet. */
export function readout(hz: number, db: number | null, rangeDb: number): string {
  const level = db === null ? "" : db <= -rangeDb ? ` · below −${rangeDb} dB` : ` · ${decibelText(db)}`;
  return `${Math.round(hz)} Hz · ${noteText(hz)}${level}`;
}

export function decibelText(db: number): string {
  const whole = Math.round(db);
  return `${whole < 0 ? "−" : ""}${Math.abs(whole)} dB`;
}
