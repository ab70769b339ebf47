/** Changes of what is set: sent at once, kept, and undone. */
import { api } from "../generated/api";
import type { MapEntry, Movement, Patch, Place } from "../generated/wire";
import { changed, nothing, redo, remember, undo } from "./history";
import { changeLeftSteps } from "./left";
import { withLine } from "./map";
import { mix } from "./morph";
import { samePatch } from "./patch";
import { Sender } from "./sender";
import { another, beforeStart, nextId, send, setAhead } from "./sound";
import { sayError, usePlay, type PlayState, type Snapshot } from "./store";
import { inTurn } from "./turns";

const get = usePlay.getState;
const set = usePlay.setState;

/** in force when a gesture (such as the drag of a slider) began */
let gesture: Snapshot | null = null;
const sender = new Sender((values) => send({ type: "controls", id: nextId(), values }));

function setPatch(patch: Patch): void {
  setAhead();
  set({ patch });
}

/** Null: nothing is open. */
function snapshot(): Snapshot | null {
  const { patch, preset, sides, morph } = get();
  return patch && { patch, preset, sides, morph };
}

/** Undo leads back to here, or to what was in force before. */
function mark(old: Snapshot | null = snapshot()): void {
  if (old) set(({ history }) => ({ history: remember(history, old) }));
}

/** One step of undo with what was in force before. */
function once(patch: Patch, act: () => void): void {
  mark();
  setPatch(patch);
  act();
  keep();
}

/** The drag of a slider or a pad begins; undo goes back to here. */
export function beginGesture(): void {
  gesture ??= snapshot();
}

export function endGesture(): void {
  const { patch } = get();
  if (gesture && patch && !samePatch(gesture.patch, patch)) mark(gesture);
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

/** A whole patch of the same instrument, with what belongs to it: a preset, a step back, the other side. */
async function put(next: Partial<Snapshot> & Pick<Snapshot, "patch">): Promise<void> {
  const { session, details, patch: now } = get();
  if (!session) return;
  const { patch } = next;
  const other = details?.name === patch.instrument && now?.bundle !== patch.bundle;
  setAhead();
  set(next);
  const ask = () => inTurn(() => api.putPatch(session, patch));
  await (other ? another(ask) : ask());
  if (other) set({ details: await api.getInstrument(patch.instrument, { bundle: patch.bundle }) });
}

/** A whole patch of the same instrument; undo leads back. */
export async function takePatch(patch: Patch): Promise<void> {
  mark();
  await put({ patch });
}

export function goBack(): void {
  step(undo);
}

export function goForward(): void {
  step(redo);
}

function step(way: typeof undo): void {
  const now = snapshot();
  const found = now && way(get().history, now);
  if (!found) return;
  set({ history: found[0] });
  put(found[1]).catch(sayError);
}

/** A preset's sound and the one it can become; one step of undo. */
export async function takeSides(a: Patch, b: Patch | null, morph: number, preset: PlayState["preset"]): Promise<void> {
  mark();
  await put({ patch: b ? mix(a, b, morph) : a, sides: { a, b }, morph: b ? morph : 0, preset });
}

/** From A (0) to B (1). The first time, B begins as A is. */
export function setMorph(to: number): void {
  const { patch, sides, morph } = get();
  if (!patch) return;
  const a = morph === 0 ? patch : (sides.a ?? patch);
  const b = morph === 1 ? patch : (sides.b ?? patch);
  const next = { patch: mix(a, b, to), sides: { a, b }, morph: to };
  if (samePatch(next.patch, patch)) {
    set(next);
    return;
  }
  const whole = to === 0 || to === 1 || morph === 0 || morph === 1;
  if (whole) {
    mark();
    put(next).catch(sayError);
    return;
  }
  setAhead();
  set(next);
  sender.add(next.patch.controls);
  if (next.patch.place) send({ type: "place", id: nextId(), place: next.patch.place });
}

/** A preset is called otherwise from now on (null: it is gone), also where undo leads. */
export function renamed(id: string, name: string | null): void {
  const now = <T extends Pick<Snapshot, "preset">>(one: T): T =>
    one.preset?.id === id ? { ...one, preset: name === null ? null : { id, name } } : one;
  set(({ preset, history }) => ({ ...now({ preset }), history: changed(history, now) }));
  changeLeftSteps(now);
}

/** Another instrument, with nothing of the old one's. */
export function forgetEdits(): void {
  gesture = null;
  set({ history: nothing(), sides: { a: null, b: null }, morph: 0, moving: {} });
}
