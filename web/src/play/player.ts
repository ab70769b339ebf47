/** Joins the store, the session on the server and the sound. */
import { Engine } from "../audio/engine";
import type { FromWorker } from "../audio/messages";
import { ApiError, api } from "../generated/api";
import { CloseCode, type FromPage, type MapEntry, type Patch, type Picture, type Place, type ToPage } from "../generated/wire";
import { queries } from "../app/queries";
import { nothing, redo, remember, undo } from "./history";
import { withLine } from "./map";
import { samePatch, textToPatch } from "./patch";
import { Sender } from "./sender";
import { say, sayError, usePlay } from "./store";
import { inTurn, isBehind } from "./turns";

let engine: Engine | null = null;
let beginning: Promise<void> | null = null;
let lastId = 0;
let onPicture: ((picture: Picture) => void) | null = null;
/** in force when a gesture (such as the drag of a slider) began */
let gesture: Patch | null = null;
let entering = 0;
const sender = new Sender((values) => {
  send({ type: "controls", id: ++lastId, values });
});

const get = usePlay.getState;
const set = usePlay.setState;

/** Pictures go past the store: sixty a second. */
export function listenToPictures(listener: ((picture: Picture) => void) | null): void {
  onPicture = listener;
}

export function look(columns: number): void {
  if (get().status === "playing") engine?.send({ type: "look", columns });
}

// ---- sessions ------------------------------------------------------------------------------

let opening: { instrument: string; done: Promise<void> } | null = null;

/**
 * A page of this instrument is shown: its session of this tab, or a new one.
 *
 * @param shared a patch from the address, as text.
 */
export function enter(instrument: string, shared: string | null): Promise<void> {
  if (opening?.instrument === instrument && !shared) return opening.done;
  const done = open(instrument, shared).finally(() => {
    if (opening?.done === done) opening = null;
  });
  opening = { instrument, done };
  return done;
}

async function open(instrument: string, shared: string | null): Promise<void> {
  const turn = ++entering;
  const before = get();
  const given = shared ? textToPatch(shared) : null;
  if (shared && given?.instrument !== instrument) say("warning", "The link carries no sound of this instrument.");
  const wanted = given?.instrument === instrument ? given : null;
  if (before.details?.name === instrument && before.session) {
    if (wanted) await takePatch(wanted);
    return;
  }
  hush();
  await keepNow();
  set({ details: null, patch: null, session: null, history: nothing(), other: null, side: "A" });
  const session = (await find(instrument)) ?? (await api.makeSession(wanted ?? { instrument }));
  const put = wanted && !samePatch(session.patch, wanted) ? await api.putPatch(session.id, wanted) : session;
  const details = await api.getInstrument(instrument, { bundle: put.patch.bundle });
  if (turn !== entering) return;
  sessionStorage.setItem(`session/${instrument}`, session.id);
  set({ details, session: session.id, patch: put.patch });
  if (engine) connect();
}

async function find(instrument: string) {
  const id = sessionStorage.getItem(`session/${instrument}`);
  if (!id) return null;
  try {
    return await api.getSession(id);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** Another page took this session, or the server has forgotten it: one with the same patch. */
export async function anew(): Promise<void> {
  const { patch } = get();
  if (!patch) return;
  const session = await api.makeSession(patch);
  sessionStorage.setItem(`session/${patch.instrument}`, session.id);
  set({ session: session.id });
  connect();
}

// ---- sound ---------------------------------------------------------------------------------

/** To be called in a gesture of the player's. Resolves when the page has sound of its own. */
export async function start(): Promise<void> {
  const { status } = get();
  if (status === "playing" || status === "opening" || status === "away") return;
  if (!engine) {
    beginning ??= begin();
    await beginning;
    beginning = null;
  } else {
    void engine.context.resume();
  }
  await keepNow();
  connect();
}

async function begin(): Promise<void> {
  try {
    const settings = await queries.ensureQueryData({ queryKey: ["settings"], queryFn: () => api.getSettings() });
    engine = await Engine.begin(settings.buffer_ms, hear);
  } catch (error) {
    set({ status: "failed", why: error instanceof Error ? error.message : String(error) });
  }
}

export function connect(): void {
  const { session } = get();
  if (!engine || !session) return;
  ahead = false;
  set({ status: "opening", why: "opening" });
  engine.connect(session);
}

export function stop(): void {
  hush();
  void engine?.context.suspend();
}

function hush(): void {
  if (get().status === "silent") return;
  send({ type: "midi", id: ++lastId, data: [0xb0, 123, 0] });
  engine?.disconnect();
  set({ status: "silent", why: "", recordingSince: null, peak: 0, audio: null, meters: null });
}

export function setBuffer(ms: number): void {
  if (engine) engine.bufferMs = ms;
}

/** Around what takes the whole machine for a moment. */
export function brace(on: boolean): void {
  engine?.brace(on);
}

function send(message: FromPage): void {
  engine?.send(message);
}

function hear(message: FromWorker): void {
  switch (message.kind) {
    case "message":
      obey(message.message);
      break;
    case "picture":
      onPicture?.(message.picture);
      break;
    case "open":
      break;
    case "lost":
      set({ status: "away", why: "The studio does not answer. Trying again…", recordingSince: null });
      break;
    case "closed":
      closed(message.code, message.reason);
      break;
    case "peak":
      set({ peak: message.peak });
      break;
    case "audio":
      set({ audio: message.now, outputMs: engine?.outputMs ?? 0 });
      break;
  }
}

function closed(code: number, reason: string): void {
  if (code === CloseCode.NO_SESSION) {
    anew().catch(sayError);
  } else if (code === CloseCode.TAKEN_OVER) {
    set({ status: "taken", why: "Another tab plays this session now.", recordingSince: null });
  } else {
    set({ status: "failed", why: reason, recordingSince: null });
  }
}

function obey(message: ToPage): void {
  switch (message.type) {
    case "loading":
      if (get().status !== "playing") set({ status: "opening", why: message.what });
      break;
    case "ready":
      set({ status: "playing", why: "", picture: message.picture, serverMs: message.latency_ms });
      // What was moved while the instrument was being opened is later than what it was opened with.
      if (ahead) void putAhead();
      else set({ patch: message.patch });
      break;
    case "meters":
      set({ meters: message });
      break;
    case "patch":
      if (!isBehind()) set({ patch: message.patch });
      break;
    case "notice":
      say(message.level, message.text);
      break;
    case "take":
      set({ recordingSince: message.recording ? performance.now() : null });
      if (!message.recording) {
        void queries.invalidateQueries({ queryKey: ["takes"] });
        if (message.take) say("info", `The take is kept: ${message.seconds.toFixed(1)} seconds.`);
      }
      break;
    default:
      break;
  }
}

/** something was set while the instrument was being opened, or nobody answered */
let ahead = false;

async function putAhead(): Promise<void> {
  ahead = false;
  const { session, patch } = get();
  if (session && patch) await api.putPatch(session, patch).catch(sayError);
}

function setPatch(patch: Patch): void {
  ahead ||= ["opening", "away"].includes(get().status);
  set({ patch });
}

// ---- playing -------------------------------------------------------------------------------

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
  const { patch } = get();
  if (!patch) return;
  setPatch({ ...patch, controls: { ...patch.controls, ...values } });
  sender.add(values);
}

/** A performer's signal: sent, not kept. */
export function perform(values: Record<string, number>, present: boolean): void {
  send({ type: "controls", id: ++lastId, values, present });
}

export function setPlace(place: Place | null): void {
  const { patch } = get();
  if (!patch) return;
  setPatch({ ...patch, place });
  send({ type: "place", id: ++lastId, place });
}

/** Heard while a pointer passes over it: no part of the patch. Null: back to what is set. */
export function preview(place: Place | null): void {
  send({ type: "place", id: ++lastId, place: place ?? get().patch?.place ?? null });
}

export function choose(choice: string, value: string): void {
  const { patch, history } = get();
  if (!patch) return;
  setPatch({ ...patch, choices: { ...patch.choices, [choice]: value }, place: null });
  set({ history: remember(history, patch) });
  send({ type: "choose", id: ++lastId, choice, value });
  keep();
}

/** What moves a control from now on; null: nothing. A hand that held it lets go. */
export function setLine(name: string, line: MapEntry | null): void {
  const { patch, details, history } = get();
  if (!patch || !details) return;
  const map = withLine(details.map, patch.map, name, line);
  setPatch({ ...patch, map, controls: without(patch.controls, [name]) });
  set({ history: remember(history, patch) });
  send({ type: "map", id: ++lastId, lines: map });
  keep();
}

/** Controls that a hand held go back to what moves them. */
export function release(names: string[]): void {
  const { patch, history } = get();
  if (!patch) return;
  setPatch({ ...patch, controls: without(patch.controls, names) });
  set({ history: remember(history, patch) });
  send({ type: "release", id: ++lastId, names });
  keep();
}

function without(controls: Record<string, number>, names: string[]): Record<string, number> {
  return Object.fromEntries(Object.entries(controls).filter(([name]) => !names.includes(name)));
}

export function midi(data: number[]): void {
  send({ type: "midi", id: ++lastId, data });
}

export function record(on: boolean): void {
  send({ type: "record", on });
}

let keeping: ReturnType<typeof setTimeout> | undefined;

/** While it plays the server keeps what it was told; before that the page says it. */
function keep(): void {
  if (get().status !== "silent") return;
  clearTimeout(keeping);
  keeping = setTimeout(() => void keepNow(), 300);
}

/** What is still to be kept, before the sound begins or another page is shown. */
async function keepNow(): Promise<void> {
  if (keeping === undefined) return;
  clearTimeout(keeping);
  keeping = undefined;
  const { session, patch } = get();
  if (session && patch) await api.putPatch(session, patch).catch(sayError);
}

/** A whole patch: a preset, a step back, the other side. */
export async function putPatch(patch: Patch): Promise<void> {
  const { session, details, patch: now } = get();
  if (!session) return;
  const other = details?.name === patch.instrument && now?.bundle !== patch.bundle;
  set({ patch });
  await inTurn(() => api.putPatch(session, patch));
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

/** Between A and B; the first time B begins as A is. */
export function swapSides(): void {
  const { patch, other, side } = get();
  if (!patch) return;
  set({ other: patch, side: side === "A" ? "B" : "A" });
  if (other) putPatch(other).catch(sayError);
}
