/** Who performs with the face: the camera, the keys, or nobody, and then the sliders are in force. */
import { create } from "zustand";
import { changeSettings, currentSettings } from "../app/settings";
import { perform } from "../play/edit";
import { brace } from "../play/sound";
import { linesInForce, sourcesIn } from "../play/map";
import { say, usePlay } from "../play/store";
import { Camera } from "./camera";
import { Keys } from "./keys";
import { savedNeutral, type Neutral } from "./neutral";

export type Performer = "sliders" | "keys" | "camera";

interface FaceState {
  performer: Performer;
  opening: boolean;
  values: Record<string, number>;
  present: boolean;
  /** what a frame takes; 0 before the first */
  milliseconds: number;
}

/** The first frames take longest, as opening the models does. */
const FIRST_FRAMES = 150;

const IDLE: FaceState = { performer: "sliders", opening: false, values: {}, present: false, milliseconds: 0 };

export const useFace = create<FaceState>(() => IDLE);

let camera: Camera | null = null;
let keys: Keys | null = null;

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
  useFace.setState({ ...IDLE, performer: "camera", opening: true });
  brace(true);
  const made = new Camera(
    {
      seen: ({ controls, present, milliseconds }) => {
        useFace.setState({ opening: false, milliseconds });
        pass(controls, present);
        if (++frames === FIRST_FRAMES) brace(false);
      },
      neutral: (neutral) => void keepNeutral(neutral),
      failed: fail,
    },
    savedNeutral(settings?.neutral_face ?? {}),
  );
  camera = made;
  try {
    await made.open(settings?.camera ?? "");
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    fail(
      name === "NotAllowedError"
        ? "The browser does not let the page use the camera: allow it beside the address."
        : name === "NotFoundError"
          ? "There is no camera. The keys and the sliders play the same controls."
          : "The camera cannot be used; another program may have it.",
    );
  }
}

function fail(why: string): void {
  say("error", why);
  end();
}

/** What is seen now is rest, from now on and next time. */
export function calibrate(): void {
  camera?.rest();
}

async function keepNeutral(neutral: Neutral): Promise<void> {
  await changeSettings({ neutral_face: { ...neutral } });
  say("info", "Your face at rest is kept.");
}

export async function forgetNeutral(): Promise<void> {
  await changeSettings({ neutral_face: {} });
  if (camera) await performBy("camera");
}

/** Nobody performs: the sound goes to rest, the sliders are in force. */
export function end(): void {
  const { performer } = useFace.getState();
  camera?.close();
  keys?.close();
  camera = keys = null;
  brace(false);
  useFace.setState(IDLE);
  if (performer === "sliders") return;
  const { patch, details } = usePlay.getState();
  const sensed = details?.controls.filter((card) => card.group === "sensed") ?? [];
  perform(Object.fromEntries(sensed.map((card) => [card.name, patch?.controls[card.name] ?? card.rest])), false);
}

function pass(values: Record<string, number>, present: boolean): void {
  useFace.setState({ values, present });
  const { details, patch, status } = usePlay.getState();
  if (status !== "playing" || !details) return;
  const sensed = details.controls.filter(({ group }) => group === "sensed").map(({ name }) => name);
  const wanted = new Set([...sensed, ...sourcesIn(linesInForce(details.map, patch?.map ?? {}), patch?.moves)]);
  perform(Object.fromEntries(Object.entries(values).filter(([name]) => wanted.has(name))), present);
}
