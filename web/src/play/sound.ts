/** The page's sound: begins, ends, and follows what the server says. One for all instruments. */
import { Engine } from "../audio/engine";
import type { AudioNow, FromWorker } from "../audio/messages";
import { api } from "../generated/api";
import { CloseCode, type FollowBeat, type FromPage, type HeardNow, type Patch, type ToPage } from "../generated/wire";
import { go } from "../app/address";
import { enter } from "../app/entry";
import { pathOf } from "../app/addresses";
import { queries } from "../app/queries";
import { drawnFeed } from "../drawn/feed";
import { pictureFeed } from "../picture/feed";
import { followName } from "./own-instruments";
import { say, sayError, isOn, usePlay } from "./store";
import { isBehind } from "./turns";

export const AWAY = "The studio does not answer. Trying again…";

let engine: Engine | null = null;
let beginning: Promise<void> | null = null;
/** a browser that is asked to go on while it still stops may do neither */
let stopping = Promise.resolve();
let lastId = 0;
/** in pixels */
export const FILM_HEIGHT = 720;
const [RESET, ALL_NOTES_OFF] = [121, 123];
/** something was set while an instrument was being opened, or nobody answered */
let ahead = false;

const get = usePlay.getState;
const set = usePlay.setState;

type Clock = (now: { played: number; made: number }) => void;
const onClock = new Set<Clock>();

/** About thirty times a second while it plays, in a hidden tab too: frames of the server's clock. */
export function listenToClock(listener: Clock): () => void {
  onClock.add(listener);
  return () => onClock.delete(listener);
}

export const nextId = (): number => ++lastId;

export function send(message: FromPage): void {
  engine?.send(message);
}

/** What is set now is later than what the server opens with, be it beside sound that goes on. */
export function setAhead(): void {
  const { status, why } = get();
  ahead ||= ["opening", "away"].includes(status) || (status === "playing" && why !== "");
}

/**
 * Asks the server for another instrument or bundle: while it plays, what is set from here on is later
 * than what that opens with, be the server's word of it still on its way.
 */
export async function another<T>(ask: () => Promise<T>): Promise<T> {
  if (get().status !== "playing") return ask();
  set({ why: "opening" });
  try {
    return await ask();
  } catch (error) {
    set({ why: "" });
    throw error;
  }
}

let keepFirst = () => Promise.resolve();

/** What the server has to know before the sound begins. */
export function beforeStart(act: () => Promise<void>): void {
  keepFirst = act;
}

/** To be called in a gesture of the player's. Resolves when the page has sound of its own. */
export async function start(): Promise<void> {
  if (isOn(get().status)) return;
  await wake();
  await keepFirst();
  connect();
}

/** In a gesture too: the browser lets the page have sound, whatever is opened then. */
export async function wake(): Promise<void> {
  if (!engine) {
    beginning ??= begin();
    await beginning;
    beginning = null;
  } else {
    await stopping;
    await engine.context.resume();
  }
}

async function begin(): Promise<void> {
  try {
    const settings = await queries.ensureQueryData({ queryKey: ["settings"], queryFn: () => api.getSettings() });
    engine = await Engine.begin(settings.buffer_ms, { picture: pictureFeed(), drawn: drawnFeed() }, hear);
    engine.volume = get().volume;
    keepRunning(engine.context);
  } catch (error) {
    set({ status: "failed", why: error instanceof Error ? error.message : String(error) });
  }
}

/** What a browser or its machine stopped, such as for a call, goes on; Stop is the player's alone. */
function keepRunning(context: AudioContext): void {
  context.addEventListener("statechange", () => {
    if (context.state !== "running" && context.state !== "closed" && isOn(get().status)) {
      // Where it may not yet, the next change asks again.
      context.resume().catch(() => undefined);
    }
  });
}

export function connect(): void {
  const { session } = get();
  if (!engine || !session) return;
  ahead = false;
  set({ status: "opening", why: "opening" });
  engine.connect(session);
}

export async function stop(): Promise<void> {
  if (get().recordingSince !== null) await takeEnds();
  hush();
  if (engine) stopping = engine.context.suspend();
  await stopping;
}

/** The recorder has closed its file, or does not answer. */
function takeEnds(): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      unsubscribe();
      done();
    };
    const timer = setTimeout(end, 2000);
    const unsubscribe = usePlay.subscribe(({ recordingSince }) => recordingSince === null && end());
    record(false);
  });
}

function hush(): void {
  if (get().status === "silent") return;
  forgetMidi();
  if (get().details?.midi) for (let channel = 0; channel < 16; channel++) endNotes(channel);
  engine?.disconnect();
  set({
    status: "silent",
    why: "",
    recordingSince: null,
    playingSince: null,
    peaks: [0, 0],
    audio: null,
    meters: null,
    moving: {},
    beat: null,
    heard: null,
  });
}

export function setBuffer(ms: number): void {
  if (engine) engine.bufferMs = ms;
}

/** Of the loudspeakers, 0..1. */
export function setVolume(volume: number): void {
  set({ volume });
  if (engine && get().heard?.source !== "live") engine.volume = volume;
}

const SOFT = 0.6;

/** For what is only heard in passing. */
export function soften(on: boolean): void {
  if (engine) engine.volume = get().volume * (on ? SOFT : 1);
}

/** Around what takes the whole machine for a moment. */
export function brace(on: boolean): void {
  engine?.brace(on);
}

/** @param frame of the sound's clock, at which it is to happen; left out: now. */
export function midi(data: number[], frame: number | null = null): void {
  send({ type: "midi", id: nextId(), data, frame });
}

function endNotes(channel: number): void {
  for (const number of [RESET, ALL_NOTES_OFF]) midi([0xb0 | channel, number, 0]);
}

/** MIDI messages whose frame is still to come are not played. */
export function forgetMidi(): void {
  send({ type: "forget", id: nextId() });
}

export function record(on: boolean): void {
  send({ type: "record", on });
}

/** Another page took this session, or the server has forgotten it: one with the same patch. */
export async function anew(): Promise<void> {
  const { patch } = get();
  if (!patch) return;
  const session = await api.makeSession(patch);
  keepSession(session.id);
  connect();
}

export function keepSession(id: string): void {
  sessionStorage.setItem("session", id);
  set({ session: id });
}

function hear(message: FromWorker): void {
  switch (message.kind) {
    case "message":
      obey(message.message);
      break;
    case "open":
      break;
    case "lost":
      if (get().recordingSince !== null) say("warning", "The studio does not answer: the take is kept up to here.");
      set({ status: "away", why: AWAY, recordingSince: null });
      void enterAgain();
      break;
    case "closed":
      closed(message.code, message.reason);
      break;
    case "peaks":
      // After Stop one may still be on its way.
      if (isOn(get().status)) set({ peaks: message.peaks });
      break;
    case "clock":
      for (const listener of onClock) listener(message);
      break;
    case "audio":
      heardAudio(message.now);
      break;
  }
}

/** Where the sound broke up, the buffer has grown: that is a longer way from a hand to its sound. */
function heardAudio(now: AudioNow): void {
  const { audio } = get();
  if (audio && now.underruns > audio.underruns && now.bufferMs > audio.bufferMs) {
    say("warning", `The sound broke up: the buffer is ${now.bufferMs.toFixed(0)} ms now.`, "buffer");
  }
  set({ audio: now, outputMs: engine?.outputMs ?? 0 });
}

/** A studio that was started again lets in who has its new address, or was there before. */
async function enterAgain(): Promise<void> {
  if ((await enter()) !== false || get().status !== "away") return;
  engine?.disconnect();
  set({ status: "failed", why: "The studio was started again: open the address that its terminal shows." });
}

function closed(code: number, reason: string): void {
  if (code === CloseCode.NO_SESSION) {
    anew().catch(sayError);
  } else if (code === CloseCode.TAKEN_OVER) {
    set({ status: "taken", why: "Another tab plays this session now.", recordingSince: null });
  } else {
    set({ status: "failed", why: reason || "The instrument cannot be opened.", recordingSince: null });
  }
}

function obey(message: ToPage): void {
  switch (message.type) {
    case "loading":
      // While it plays, the old instrument sounds until the new one is there.
      if (get().status === "playing") set({ why: message.what });
      else set({ status: "opening", why: message.what });
      break;
    case "ready":
      ready(message);
      break;
    case "meters":
      set({ meters: message, beat: { at: performance.now(), beat: message.beat } });
      break;
    case "heard":
      hearing(message);
      break;
    case "values":
      set({ moving: message.values, beat: { at: performance.now(), beat: message.beat } });
      break;
    case "patch":
      // Another instrument that could not be opened is waited for no more.
      set({ why: "" });
      if (!isBehind()) follow(message.patch);
      break;
    case "instrument":
      followName(message.before, message.name).catch(sayError);
      break;
    case "notice":
      say(message.level, message.text);
      break;
    case "take":
      set({ recordingSince: message.recording ? performance.now() : null });
      if (!message.recording) {
        void queries.invalidateQueries({ queryKey: ["takes"] });
        if (message.take) kept(message.take, message.seconds);
      }
      break;
    default:
      break;
  }
}

/** What comes in by a microphone or from another tab is not played again. */
function hearing(heard: HeardNow): void {
  const before = get().heard;
  set({ heard });
  if (engine && before?.source !== heard.source) engine.volume = heard.source === "live" ? 0 : get().volume;
}

/** How the beat of the sound that plays into the instrument is followed. */
export function followBeat({ follow = null, multiple = null }: Partial<Pick<FollowBeat, "follow" | "multiple">>): void {
  send({ type: "follow_beat", id: nextId(), follow, multiple });
}

/** The limiter of flashes; it is on again wherever a connection begins. */
export function limitFlashes(on: boolean): void {
  send({ type: "limit_flashes", id: nextId(), on });
  set({ flashes: !on });
}

/** Live sound for the instrument: 16-bit samples, mono, 48 kHz. */
export function sendSound(samples: ArrayBuffer): void {
  engine?.hear(samples);
}

/** Of pictures a film is begun at once: the take lists it. */
function kept(take: string, seconds: number): void {
  const long = `The take is kept: ${seconds.toFixed(1)} seconds.`;
  if (!get().drawn) {
    say("info", long);
    return;
  }
  api
    .startJob({ kind: "film", take, height: FILM_HEIGHT })
    .then(() => queries.invalidateQueries({ queryKey: ["jobs"] }))
    .then(() => say("info", `${long} Its film is being drawn: Takes has it when it is done.`))
    .catch(sayError);
}

/** The session was changed from elsewhere, or could not become another instrument. */
function follow(patch: Patch): void {
  const { details } = get();
  if (details && details.name !== patch.instrument) go(pathOf(patch.instrument));
  else set({ patch });
}

function ready(message: Extract<ToPage, { type: "ready" }>): void {
  const { playingSince, patch } = get();
  set({
    status: "playing",
    why: "",
    serverMs: message.latency_ms,
    drawn: message.drawn ?? null,
    flashes: false,
    heard: null,
    moving: {},
    playingSince: playingSince ?? performance.now(),
  });
  // What nobody answered while the studio was away is asked for again.
  void queries.refetchQueries({ type: "active", predicate: ({ state }) => state.status === "error" });
  // What was moved while the instrument was being opened is later than what it was opened with.
  const late = ahead;
  ahead = false;
  // Of another instrument than the one that is there nothing is asked for.
  if (patch?.instrument !== message.patch.instrument) return;
  if (late) void putAhead();
  else if (!isBehind()) set({ patch: message.patch });
}

async function putAhead(): Promise<void> {
  const { session, patch } = get();
  if (session && patch) await api.putPatch(session, patch).catch(sayError);
}
