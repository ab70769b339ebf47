/** Changes of what is set: sent at once, kept, and undone. */
import { api } from "../generated/api";
import type { MapEntry, Movement, Patch, Place } from "../generated/wire";
import { nothing, redo, remember, undo } from "./history";
import { withLine } from "./map";
import { mix } from "./morph";
import { samePatch } from "./patch";
import { Sender } from "./sender";
import { another, beforeStart, nextId, send, setAhead } from "./sound";
import { sayError, usePlay } from "./store";
import { inTurn } from "./turns";

const get = usePlay.getState;
const set = usePlay.setState;

/** in force when a gesture (such as the drag of a slider) began */
let gesture: Patch | null = null;
const sender = new Sender((values) => send({ type: "controls", id: nextId(), values }));

function setPatch(patch: Patch): void {
  setAhead();
  set({ patch });
}

/** One step of undo with what was in force before. */
function once(patch: Patch, act: () => void): void {
  const { patch: old, history } = get();
  if (old) set({ history: remember(history, old) });
  setPatch(patch);
  act();
  keep();
}

/** The drag of a slider or a pad begins; undo goes back to here. */
export function beginGesture(): void {
  gesture ??= get().patch;
}

export function endGesture(): void {
  const { patch, history } = get();
  if (gesture && patch && !samePatch(gesture, patch)) set({ history: remember(history, gesture) });
  gesture = null;
  keep();
}

/** Controls from now on. A performance (`sensed`) is no part of undo. */
export function setControls(values: Record<string, number>): void {
  const { patch, sides, morph } = get();
  if (!patch) return;
  setPatch({ ...patch, controls: { ...patch.controls, ...values } });
  // Between the two sounds a hand moves both.
  if (morph > 0 && morph < 1 && sides.a && sides.b) {
    const both = (side: Patch) => ({ ...side, controls: { ...side.controls, ...values } });
    set({ sides: { a: both(sides.a), b: both(sides.b) } });
  }
  sender.add(values);
}

/** A performer's signal: sent, not kept. A face and a sound come and go each on its own. */
export function perform(values: Record<string, number>, present: boolean, sense: "face" | "microphone" = "face"): void {
  send({ type: "controls", id: nextId(), values, present, sense });
}

export function setPlace(place: Place | null): void {
  const { patch } = get();
  if (!patch) return;
  setPatch({ ...patch, place });
  send({ type: "place", id: nextId(), place });
}

/** Heard while a pointer passes over it: no part of the patch. Null: back to what is set. */
export function preview(place: Place | null): void {
  send({ type: "place", id: nextId(), place: place ?? get().patch?.place ?? null });
}

export function choose(choice: string, value: string): void {
  const { patch } = get();
  if (!patch) return;
  once({ ...patch, choices: { ...patch.choices, [choice]: value }, place: null }, () =>
    send({ type: "choose", id: nextId(), choice, value }),
  );
}

/** What moves a control from now on; null: nothing. A hand that held it lets go. */
export function setLine(name: string, line: MapEntry | null): void {
  const { patch, details } = get();
  if (!patch || !details) return;
  const map = withLine(details.map, patch.map, name, line);
  once({ ...patch, map, controls: without(patch.controls, [name]) }, () =>
    send({ type: "map", id: nextId(), lines: map }),
  );
}

/** What is added to a control's set value from now on; null: nothing. */
export function setMove(name: string, move: Movement | null, isStep = true): void {
  const { patch } = get();
  if (!patch) return;
  const moves = Object.fromEntries(Object.entries(patch.moves).filter(([one]) => one !== name));
  if (move) moves[name] = move;
  const act = () => send({ type: "moves", id: nextId(), moves: { [name]: move } });
  if (isStep) {
    once({ ...patch, moves }, act);
  } else {
    setPatch({ ...patch, moves });
    act();
  }
}

/** @param beat where in the bar this moment is, in quarter notes; left out: the beat goes on. */
export function setTempo(bpm: number, beat: number | null = null): void {
  const { patch } = get();
  if (!patch) return;
  const tempo = Math.min(300, Math.max(20, bpm));
  once({ ...patch, tempo }, () => send({ type: "tempo", id: nextId(), bpm: tempo, beat }));
}

/** Controls that a hand held go back to what moves them. */
export function release(names: string[]): void {
  const { patch } = get();
  if (!patch) return;
  once({ ...patch, controls: without(patch.controls, names) }, () => send({ type: "release", id: nextId(), names }));
}

function without(controls: Record<string, number>, names: string[]): Record<string, number> {
  return Object.fromEntries(Object.entries(controls).filter(([name]) => !names.includes(name)));
}

let keeping: ReturnType<typeof setTimeout> | undefined;

/** While it plays the server keeps what it was told; before that the page says it. */
function keep(): void {
  if (get().status !== "silent") return;
  clearTimeout(keeping);
  keeping = setTimeout(() => void keepNow(), 300);
}

/** What is still to be kept, before the sound begins or another page is shown. */
export async function keepNow(): Promise<void> {
  if (keeping === undefined) return;
  clearTimeout(keeping);
  keeping = undefined;
  const { session, patch } = get();
  if (session && patch) await inTurn(() => api.putPatch(session, patch)).catch(sayError);
}

beforeStart(keepNow);

/** A whole patch of the same instrument: a preset, a step back, the other side. */
export async function putPatch(patch: Patch): Promise<void> {
  const { session, details, patch: now } = get();
  if (!session) return;
  const other = details?.name === patch.instrument && now?.bundle !== patch.bundle;
  setPatch(patch);
  const put = () => inTurn(() => api.putPatch(session, patch));
  await (other ? another(put) : put());
  if (other) set({ details: await api.getInstrument(patch.instrument, { bundle: patch.bundle }) });
}

/** As `putPatch`, and undo leads back. */
export async function takePatch(patch: Patch): Promise<void> {
  const { patch: old, history } = get();
  if (old) set({ history: remember(history, old) });
  await putPatch(patch);
}

export function goBack(): void {
  step(undo);
}

export function goForward(): void {
  step(redo);
}

function step(way: typeof undo): void {
  const { history, patch } = get();
  const found = patch && way(history, patch);
  if (!found) return;
  set({ history: found[0] });
  putPatch(found[1]).catch(sayError);
}

/** A sound and the one it can become; one step of undo. */
export async function takeSides(a: Patch, b: Patch | null, morph: number): Promise<void> {
  const patch = b ? mix(a, b, morph) : a;
  await takePatch(patch);
  set({ sides: { a, b }, morph: b ? morph : 0 });
}

/** From A (0) to B (1). The first time, B begins as A is. */
export function setMorph(to: number): void {
  const { patch, sides, morph, history } = get();
  if (!patch) return;
  const a = morph === 0 ? patch : (sides.a ?? patch);
  const b = morph === 1 ? patch : (sides.b ?? patch);
  const next = mix(a, b, to);
  set({ sides: { a, b }, morph: to });
  if (samePatch(next, patch)) return;
  const whole = to === 0 || to === 1 || morph === 0 || morph === 1;
  if (whole) {
    set({ history: remember(history, patch) });
    putPatch(next).catch(sayError);
    return;
  }
  setPatch(next);
  sender.add(next.controls);
  if (next.place) send({ type: "place", id: nextId(), place: next.place });
}

/** Another instrument, with nothing of the old one's. */
export function forgetEdits(): void {
  gesture = null;
  set({ history: nothing(), sides: { a: null, b: null }, morph: 0, moving: {} });
}
