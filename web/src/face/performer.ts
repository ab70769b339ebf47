/** Who performs with the face: the camera, the keys, or nobody, and then the sliders are in force. */
import { create } from "zustand";
import { changeSettings, currentSettings } from "../app/settings";
import { perform } from "../play/edit";
import { brace } from "../play/sound";
import { linesInForce, movedByFace, sourcesIn } from "../play/map";
import { isOn, usePlay } from "../play/store";
import { Camera } from "./camera";
import { Keys } from "./keys";
import type { Seen } from "./messages";
import { savedNeutral, type Neutral } from "./neutral";

export type Performer = "sliders" | "keys" | "camera";

/** What went wrong with the camera, and what to do. */
export interface Trouble {
  what: string;
  help: string;
}

interface FaceState {
  performer: Performer;
  /** since when the camera and the models are being opened, on the page's clock */
  opening: number | null;
  trouble: Trouble | null;
  values: Record<string, number>;
  present: boolean;
  /** how sure it is that a face is seen, 0..1 */
  score: number;
}

/** The first frames take longest, as opening the models does. */
const FIRST_FRAMES = 150;

const IDLE: FaceState = { performer: "sliders", opening: null, trouble: null, values: {}, present: false, score: 0 };

export const useFace = create<FaceState>(() => IDLE);

/** Whether it is to move something, but nobody is there. */
export const isAway = ({ performer, present, opening }: FaceState): boolean =>
  performer === "sliders" || (performer === "camera" && !present && opening === null);

let camera: Camera | null = null;
let keys: Keys | null = null;
let latest: Seen | null = null;
const watchers = new Set<(seen: Seen) => void>();

/** The last frame's lines; null without a camera. Thirty a second, so not in the store. */
export const latestSeen = (): Seen | null => latest;

/** Every frame from now on. @returns how to end. */
export function watchFrames(watcher: (seen: Seen) => void): () => void {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}

export async function performBy(performer: Performer): Promise<void> {
  end();
  if (performer === "keys") {
    keys = new Keys((values) => pass(values, true));
    useFace.setState({ ...IDLE, performer });
  } else if (performer === "camera") {
    await openCamera();
  }
}

async function openCamera(): Promise<void> {
  const settings = currentSettings();
  let frames = 0;
  useFace.setState({ ...IDLE, performer: "camera", opening: performance.now() });
  brace(true);
  const made = new Camera(
    {
      seen: (seen) => {
        latest = seen;
        useFace.setState({ opening: null, score: seen.score });
        pass(seen.controls, seen.present);
        for (const watcher of watchers) watcher(seen);
        if (++frames === FIRST_FRAMES) brace(false);
      },
      failed: (why) => fail({ what: "The camera stopped.", help: `${why}. The sound goes on.` }),
    },
    savedNeutral(settings?.neutral_face ?? {}),
  );
  camera = made;
  try {
    await made.open(settings?.camera ?? "");
  } catch (error) {
    if (camera === made) fail(troubleOf(error));
  }
}

function troubleOf(error: unknown): Trouble {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
      return {
        what: "The browser keeps the camera from this page.",
        help: "Allow it beside the address, then try again. The sound goes on.",
      };
    case "NotFoundError":
      return { what: "There is no camera.", help: "Connect one, then try again; sliders and keys play the same." };
    default:
      return { what: "Another program uses the camera.", help: "Close it, then try again. The sound goes on." };
  }
}

function fail(trouble: Trouble): void {
  end();
  useFace.setState({ trouble });
}

/** What is rest from now on, and next time. */
export async function keepNeutral(neutral: Neutral): Promise<void> {
  camera?.learn(neutral);
  await changeSettings({ neutral_face: { ...neutral } });
}

export async function forgetNeutral(): Promise<void> {
  await changeSettings({ neutral_face: {} });
  if (camera) await performBy("camera");
}

/** Nobody performs: what was set by hand is in force again. */
export function end(): void {
  const { performer } = useFace.getState();
  camera?.close();
  keys?.close();
  camera = keys = latest = null;
  brace(false);
  useFace.setState(IDLE);
  if (performer === "sliders") return;
  const { patch, details } = usePlay.getState();
  const given = new Map([...(details?.senses["face"] ?? []), ...(details?.controls ?? [])].map((card) => [card.name, card.rest]));
  const wanted = [...listenedTo()].filter((name) => given.has(name));
  perform(Object.fromEntries(wanted.map((name) => [name, patch?.controls[name] ?? given.get(name)!])), true);
}

/** What the open instrument takes of a performer, by its controls, lines and movements. */
function listenedTo(): Set<string> {
  const { details, patch } = usePlay.getState();
  if (!details) return new Set();
  const sensed = details.controls.filter(({ group }) => group === "sensed").map(({ name }) => name);
  return new Set([...sensed, ...sourcesIn(linesInForce(details.map, patch?.map ?? {}), patch?.moves)]);
}

function pass(values: Record<string, number>, present: boolean): void {
  useFace.setState({ values, present });
  if (usePlay.getState().status !== "playing") return;
  const wanted = listenedTo();
  perform(Object.fromEntries(Object.entries(values).filter(([name]) => wanted.has(name))), present);
}

// ---- how long it goes on -------------------------------------------------------------------

let pages = 0;
let wasNeeded = false;

/** A page that shows who performs is open. @returns for when it is left: a camera that moves nothing is switched off. */
export function showPerformer(): () => void {
  pages++;
  wasNeeded = true;
  return () => {
    pages--;
    // What sounds goes on over the pages that are no instrument's; in silence nobody is watched.
    if (pages === 0 && !isOn(usePlay.getState().status)) end();
    else endUnlessNeeded();
  };
}

function endUnlessNeeded(): void {
  const { details, patch } = usePlay.getState();
  if (useFace.getState().performer === "sliders" || !details || patch?.instrument !== details.name) return;
  const needed = pages > 0 || movedByFace(details, patch);
  if (wasNeeded && !needed) end();
  wasNeeded = needed;
}

usePlay.subscribe((now, before) => {
  if (now.details !== before.details || now.patch !== before.patch) endUnlessNeeded();
});
