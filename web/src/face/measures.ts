/** What a face does, in units of its own size and with the turn of the head taken out. */
import { LEFT_EYE_OUTER, POINTS, RIGHT_EYE_OUTER } from "./mesh";
import { fit, unturned, type CanonicalMesh, type Pose } from "./pose";

// Indices of the 468-point mesh.
const LIPS: [number, number][] = [[13, 14], [82, 87], [312, 317]];
const MOUTH_CORNERS = [61, 291] as const;
const BROWS = [70, 63, 105, 66, 107, 300, 293, 334, 296, 336];
const EYE_CORNERS = [33, 133, 263, 362];
const NOSE_BASE = 2;
// Outer corner, upper lid, inner corner, lower lid: the six points of each eye.
const EYES: [number, [number, number], number, [number, number]][] = [
  [33, [160, 158], 133, [144, 153]],
  [263, [387, 385], 362, [373, 380]],
];

/**
 * Lengths in outer-eye distances; x, y of the middle and size (the eye distance) in pixels.
 * `corners`: of the mouth, over the base of the nose; `eyes`: the eye aspect ratio, height over width.
 */
export interface Measures {
  mouth: number;
  mouthWidth: number;
  corners: number;
  brow: number;
  eyes: number;
  x: number;
  y: number;
  size: number;
  pose: Pose;
}

export function measure(points: Float32Array, mesh: CanonicalMesh): Measures {
  const pose = fit(points, mesh);
  const face = unturned(points, pose);
  const between = (a: number, b: number) =>
    Math.hypot(face[3 * a]! - face[3 * b]!, face[3 * a + 1]! - face[3 * b + 1]!, face[3 * a + 2]! - face[3 * b + 2]!);
  const height = (of: number[]) => of.reduce((sum, k) => sum + face[3 * k + 1]!, 0) / of.length;
  const eyes = between(LEFT_EYE_OUTER, RIGHT_EYE_OUTER);
  const lips = LIPS.reduce((sum, [upper, lower]) => sum + between(upper, lower), 0) / LIPS.length;
  const open = EYES.map(([outer, upper, inner, lower]) => {
    const heights = between(upper[0], lower[0]) + between(upper[1], lower[1]);
    return heights / 2 / between(outer, inner);
  });
  let [x, y] = [0, 0];
  for (let k = 0; k < POINTS; k++) {
    x += points[3 * k]! / POINTS;
    y += points[3 * k + 1]! / POINTS;
  }
  return {
    mouth: lips / eyes,
    mouthWidth: between(MOUTH_CORNERS[0], MOUTH_CORNERS[1]) / eyes,
    corners: (height([...MOUTH_CORNERS]) - height([NOSE_BASE])) / eyes,
    brow: (height(BROWS) - height(EYE_CORNERS)) / eyes,
    eyes: (open[0]! + open[1]!) / 2,
    x,
    y,
    size: eyes * pose.scale,
    pose,
  };
}
