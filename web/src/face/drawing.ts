/** A face as lines: its net faint, its features strong, its lips in the accent. Never a picture of it. */
import { BROWS, INNER_LIPS, LEFT_EYE, OUTER_LIPS, OVAL, RIGHT_EYE } from "./contours";
import { FOLDER } from "./folder";
import type { Vertices } from "./puppet";
import { netOf } from "./triangles";

export interface FaceLines {
  vertices: Vertices;
  net: Uint16Array;
}

let loading: Promise<FaceLines> | null = null;

/** The neutral face that came with the models, and the net over it. */
export function loadFace(): Promise<FaceLines> {
  loading ??= fetch(`${FOLDER}canonical_mesh.json`)
    .then((answer) => {
      if (!answer.ok) throw new Error("the face models did not come with this installation");
      return answer.json() as Promise<{ vertices: Vertices }>;
    })
    .then(({ vertices }) => ({ vertices, net: netOf(vertices) }));
  return loading;
}

export interface Colours {
  line: string;
  accent: string;
}

/** @param points `[n, 2]`, in pixels of the canvas; strength 0..1: a face that is gone is fainter. */
export function drawFace(
  context: CanvasRenderingContext2D,
  points: Float32Array,
  net: Uint16Array,
  { line, accent }: Colours,
  unit: number,
  strength: number,
): void {
  const stroke = (colour: string, width: number, alpha: number, path: () => void) => {
    context.strokeStyle = colour;
    context.lineWidth = width * unit;
    context.globalAlpha = alpha * strength;
    context.beginPath();
    path();
    context.stroke();
  };
  const along = (loops: readonly (readonly number[])[]) => () => {
    for (const loop of loops) {
      loop.forEach((index, k) => {
        const [x, y] = [points[2 * index]!, points[2 * index + 1]!];
        if (k === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      });
    }
  };
  context.lineCap = context.lineJoin = "round";
  stroke(line, 0.5, 0.3, () => {
    for (let k = 0; k < net.length; k += 2) {
      context.moveTo(points[2 * net[k]!]!, points[2 * net[k]! + 1]!);
      context.lineTo(points[2 * net[k + 1]!]!, points[2 * net[k + 1]! + 1]!);
    }
  });
  stroke(line, 1.1, 0.75, along([OVAL]));
  stroke(line, 1.1, 0.88, along([LEFT_EYE, RIGHT_EYE, ...BROWS]));
  stroke(accent, 1.6, 1, along([OUTER_LIPS, INNER_LIPS]));
  context.globalAlpha = 1;
}
