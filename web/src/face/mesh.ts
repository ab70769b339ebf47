/** The 468-point face mesh in a turned square (Kartynnik et al. 2019, 1907.06724). */
import type { Detection } from "./detector";
import type { Affine } from "./pixels";

export const MESH_SIZE = 192;
export const POINTS = 468;
/** a region's side, in sides of the face's box */
export const MARGIN = 1.5;
// Python keeps landmarks in 32 bits: the same rounding, the same next square.
const single = Math.fround;
export const RIGHT_EYE_OUTER = 33;
export const LEFT_EYE_OUTER = 263;

/** A square in the frame: centre and side in pixels, and its turn in radians. */
export interface Region {
  x: number;
  y: number;
  side: number;
  angle: number;
}

/** From pixels of the network's square to pixels of the frame. */
export function affineOf({ x, y, side, angle }: Region): Affine {
  const step = side / MESH_SIZE;
  const cosine = Math.cos(angle) * step;
  const sine = Math.sin(angle) * step;
  const half = MESH_SIZE / 2;
  return [cosine, -sine, x - half * cosine + half * sine, sine, cosine, y - half * sine - half * cosine];
}

/** Landmarks `[468, 3]` in pixels of the frame, from those of the square. */
export function placed(points: Float32Array, region: Region): Float32Array {
  const [a, b, c, d, e, f] = affineOf(region).map(single) as unknown as Affine;
  const step = single(region.side / MESH_SIZE);
  const out = new Float32Array(3 * POINTS);
  for (let k = 0; k < 3 * POINTS; k += 3) {
    const x = points[k]!;
    const y = points[k + 1]!;
    out[k] = single(single(a * x) + single(b * y)) + c;
    out[k + 1] = single(single(d * x) + single(e * y)) + f;
    out[k + 2] = step * points[k + 2]!;
  }
  return out;
}

/** Where to look for the mesh of a detected face. */
export function regionOfDetection({ centre, size, rightEye, leftEye }: Detection): Region {
  const angle = Math.atan2(leftEye[1] - rightEye[1], leftEye[0] - rightEye[0]);
  return { x: centre[0], y: centre[1], side: MARGIN * size, angle };
}

/** Where to look in the next frame: the turned box around the landmarks, and a margin. */
export function regionOfLandmarks(points: Float32Array): Region {
  const [right, left] = [3 * RIGHT_EYE_OUTER, 3 * LEFT_EYE_OUTER];
  const angle = Math.atan2(points[left + 1]! - points[right + 1]!, points[left]! - points[right]!);
  const cosine = single(Math.cos(angle));
  const sine = single(Math.sin(angle));
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let k = 0; k < points.length; k += 3) {
    const turned = [
      single(cosine * points[k]! + sine * points[k + 1]!),
      single(cosine * points[k + 1]! - sine * points[k]!),
    ];
    for (const axis of [0, 1]) {
      low[axis] = Math.min(low[axis]!, turned[axis]!);
      high[axis] = Math.max(high[axis]!, turned[axis]!);
    }
  }
  const [x, y] = [single((low[0]! + high[0]!) / 2), single((low[1]! + high[1]!) / 2)];
  return {
    x: single(cosine * x - sine * y),
    y: single(sine * x + cosine * y),
    side: MARGIN * Math.max(high[0]! - low[0]!, high[1]! - low[1]!),
    angle,
  };
}
