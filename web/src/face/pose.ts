/**
 * Head pose: the turn that lays the canonical mesh on the landmarks.
 *
 * Weighted least squares over the points that expression moves least, by Horn's quaternion (1987),
 * which finds the same turn as Kabsch's singular values do.
 */
import { POINTS } from "./mesh";

export interface CanonicalMesh {
  vertices: [number, number, number][];
  weights: number[];
}

/** Angles in degrees, 0 when facing the camera; scale in pixels to a centimetre. */
export interface Pose {
  yaw: number;
  pitch: number;
  roll: number;
  scale: number;
  /** rows of the matrix, canonical to picture */
  rotation: number[];
  shift: [number, number, number];
}

const DEGREES = 180 / Math.PI;

/** Landmarks with y up and z to the camera, as the canonical mesh has them. */
const upright = (points: Float32Array, k: number): [number, number, number] => [
  points[3 * k]!,
  -points[3 * k + 1]!,
  -points[3 * k + 2]!,
];

export function fit(points: Float32Array, { vertices, weights }: CanonicalMesh): Pose {
  const used = weights.flatMap((weight, k) => (weight ? [k] : []));
  const total = used.reduce((sum, k) => sum + weights[k]!, 0);
  const middle = (of: (k: number) => readonly number[]) =>
    [0, 1, 2].map((axis) => used.reduce((sum, k) => sum + (weights[k]! / total) * of(k)[axis]!, 0));
  const target = (k: number) => upright(points, k);
  const source = (k: number) => vertices[k]!;
  const [from, to] = [middle(source), middle(target)];
  // s[i][j]: of source axis i with target axis j.
  const s: number[][] = [0, 1, 2].map(() => [0, 0, 0]);
  let spread = 0;
  for (const k of used) {
    const weight = weights[k]! / total;
    for (let i = 0; i < 3; i++) {
      const a = source(k)[i]! - from[i]!;
      spread += weight * a * a;
      for (let j = 0; j < 3; j++) s[i]![j]! += weight * a * (target(k)[j]! - to[j]!);
    }
  }
  const rotation = turn(s);
  let along = 0;
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) along += rotation[3 * j + i]! * s[i]![j]!;
  const scale = along / spread;
  const shift = [0, 1, 2].map(
    (j) => to[j]! - scale * [0, 1, 2].reduce((sum, i) => sum + rotation[3 * j + i]! * from[i]!, 0),
  ) as [number, number, number];
  return {
    yaw: DEGREES * Math.atan2(rotation[2]!, rotation[8]!),
    pitch: DEGREES * Math.asin(Math.min(1, Math.max(-1, rotation[5]!))),
    roll: DEGREES * Math.atan2(rotation[3]!, rotation[4]!),
    scale,
    rotation,
    shift,
  };
}

/** The rotation, rows first, that best turns source into target. */
function turn(s: number[][]): number[] {
  const [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = s as [
    [number, number, number],
    [number, number, number],
    [number, number, number],
  ];
  const [w, x, y, z] = principal([
    [xx + yy + zz, yz - zy, zx - xz, xy - yx],
    [yz - zy, xx - yy - zz, xy + yx, zx + xz],
    [zx - xz, xy + yx, yy - xx - zz, yz + zy],
    [xy - yx, zx + xz, yz + zy, zz - xx - yy],
  ]) as [number, number, number, number];
  return [
    1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
    2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
    2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
  ];
}

/** Eigenvector of the largest eigenvalue of a symmetric matrix, by Jacobi's rotations. */
function principal(matrix: number[][]): number[] {
  const size = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = a.map((_, i) => a.map((_, j): number => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 50; sweep++) {
    let off = 0;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) off += a[p]![q]! ** 2;
    if (off < 1e-24 * Math.max(1, a[0]![0]! ** 2)) break;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        if (a[p]![q] === 0) continue;
        const theta = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!);
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (let k = 0; k < size; k++) {
          const [kp, kq] = [a[k]![p]!, a[k]![q]!];
          a[k]![p] = c * kp - s * kq;
          a[k]![q] = s * kp + c * kq;
        }
        for (let k = 0; k < size; k++) {
          const [pk, qk] = [a[p]![k]!, a[q]![k]!];
          a[p]![k] = c * pk - s * qk;
          a[q]![k] = s * pk + c * qk;
          const [vp, vq] = [v[k]![p]!, v[k]![q]!];
          v[k]![p] = c * vp - s * vq;
          v[k]![q] = s * vp + c * vq;
        }
      }
    }
  }
  let best = 0;
  for (let k = 1; k < size; k++) if (a[k]![k]! > a[best]![best]!) best = k;
  return v.map((row) => row[best]!);
}

/** Landmarks `[468, 3]` as the face would show them from the front, in centimetres. */
export function unturned(points: Float32Array, { rotation, shift, scale }: Pose): Float64Array {
  const out = new Float64Array(3 * POINTS);
  for (let k = 0; k < POINTS; k++) {
    const at = upright(points, k).map((value, axis) => value - shift[axis]!);
    for (let i = 0; i < 3; i++) {
      out[3 * k + i] = (at[0]! * rotation[i]! + at[1]! * rotation[3 + i]! + at[2]! * rotation[6 + i]!) / scale;
    }
  }
  return out;
}
