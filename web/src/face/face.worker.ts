/** Frames in, lines and controls out. A frame is looked at and forgotten: none leaves this worker. */
import { FOLDER } from "./folder";
import { openNetworks } from "./litert";
import { measure } from "./measures";
import type { FromFace, ToFace } from "./messages";
import type { Frame } from "./pixels";
import type { CanonicalMesh } from "./pose";
import { FaceSensor } from "./sensor";
import { Tracker } from "./tracker";

const MOST_WIDTH = 640;

let tracker: Tracker | null = null;
let mesh: CanonicalMesh;
let sensor = new FaceSensor(null);
let before = 0;
let canvas: OffscreenCanvasRenderingContext2D | null = null;

const tell = (message: FromFace, transfer: Transferable[] = []) => self.postMessage(message, { transfer });

async function begin(): Promise<void> {
  if (tracker) {
    tell({ kind: "ready" });
    return;
  }
  try {
    const answer = await fetch(`${FOLDER}canonical_mesh.json`);
    if (!answer.ok) throw new Error("the face models did not come with this installation");
    mesh = (await answer.json()) as CanonicalMesh;
    tracker = new Tracker(await openNetworks());
    tell({ kind: "ready" });
  } catch (error) {
    tell({ kind: "failed", why: error instanceof Error ? error.message : String(error) });
  }
}

function pixels(image: ImageBitmap): Frame {
  const scale = Math.min(1, MOST_WIDTH / image.width);
  const width = Math.round(image.width * scale);
  const height = Math.round(image.height * scale);
  if (canvas?.canvas.width !== width || canvas.canvas.height !== height) {
    canvas = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  }
  canvas!.drawImage(image, 0, 0, width, height);
  image.close();
  return canvas!.getImageData(0, 0, width, height);
}

async function look(frame: Frame, seconds: number): Promise<void> {
  const began = performance.now();
  const dt = Math.max(seconds - before, 1e-3);
  before = seconds;
  const tracked = (await tracker?.step(frame)) ?? null;
  const measures = tracked && measure(tracked.points, mesh);
  if (tracked && measures) sensor.see(measures, frame.width, frame.height, dt, tracked.changed);
  else sensor.miss(dt);
  const points = tracked?.points ?? null;
  tell(
    {
      kind: "seen",
      controls: sensor.values,
      present: sensor.present,
      milliseconds: performance.now() - began,
      points,
      measures,
      width: frame.width,
      height: frame.height,
      score: tracked?.score ?? 0,
    },
    points ? [points.buffer] : [],
  );
}

self.onmessage = ({ data }: MessageEvent<ToFace>) => {
  switch (data.kind) {
    case "begin":
      sensor = new FaceSensor(data.neutral);
      before = 0;
      void begin();
      break;
    case "frame":
      void look(pixels(data.frame), data.seconds);
      break;
    case "pixels":
      void look(data, data.seconds);
      break;
    case "neutral":
      sensor = new FaceSensor(data.neutral);
      break;
  }
};
