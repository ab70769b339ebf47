/** The neutral face, moved by controls: what is shown where no camera looks. */
import { BROWS, INNER_LIPS } from "./contours";

export type Vertices = readonly (readonly [number, number, number])[];

const RADIANS = Math.PI / 180;
/** centimetres of the canonical face */
const JAW = 2.6;
const BROW = 0.75;
const SMILE = 0.55;
const CORNERS = [61, 291] as const;
/** How far the eye is from it: for the perspective. */
const AWAY = 46;
/** The upper lip and the corners stay where they are. */
const UPPER = new Set([...INNER_LIPS.slice(10), ...INNER_LIPS.slice(0, 1), ...CORNERS]);

const smooth = (low: number, high: number, value: number) => {
  const part = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return part * part * (3 - 2 * part);
};

/** Points as a camera would give them: x, y down, z away, in pixels of a square of `size`. */
export function puppet(vertices: Vertices, values: Record<string, number>, size: number): Float32Array {
  const value = (name: string) => values[name] ?? 0;
  const lip = (vertices[13]![1] + vertices[14]![1]) / 2;
  const brow = Math.max(...BROWS.flat().map((index) => vertices[index]![1]));
  const eyes = vertices[159]![1];
  const [yaw, pitch, roll] = [value("yaw_degrees"), value("pitch_degrees"), -value("roll_degrees")].map(
    (angle) => angle * RADIANS,
  ) as [number, number, number];
  const nearer = 0.033 * (1 + 0.8 * value("face_size"));
  const out = new Float32Array(3 * vertices.length);
  vertices.forEach(([x0, y0, z0], index) => {
    let [x, y] = [x0, y0];
    const below = lip + 0.25 * Math.min(1, (x0 / 2.2) ** 2) - y0;
    if (below > -0.05 && !UPPER.has(index)) {
      const inside = Math.max(0, 1 - (x0 / (2.45 + 1.35 * below)) ** 2);
      y -= JAW * 0.55 * value("mouth") * (below < 1 ? inside ** 1.4 : inside);
    }
    y += BROW * value("brow") * smooth(eyes + 0.1, brow - 0.2, y0) * (1 - smooth(brow + 0.6, brow + 3, y0));
    const corner = Math.hypot(Math.abs(x0) - 2.4, y0 - vertices[61]![1]);
    const smile = SMILE * (value("smile") - value("pucker") || value("mouth_width")) * Math.exp(-((corner / 1.3) ** 2));
    x += Math.sign(x0) * smile;
    y += 0.6 * smile;
    const [across, deep] = [x * Math.cos(yaw) + z0 * Math.sin(yaw), z0 * Math.cos(yaw) - x * Math.sin(yaw)];
    const [up, depth] = [y * Math.cos(pitch) + deep * Math.sin(pitch), deep * Math.cos(pitch) - y * Math.sin(pitch)];
    const scale = ((size * nearer) * AWAY) / (AWAY - depth);
    out[3 * index] = size / 2 + scale * (across * Math.cos(roll) + up * Math.sin(roll));
    out[3 * index + 1] = size / 2 - scale * (up * Math.cos(roll) - across * Math.sin(roll));
    out[3 * index + 2] = -scale * depth;
  });
  return out;
}
