/** From points of a frame to points of a canvas. */

/** A face that fills this part of the frame's height fills the canvas. */
const NEAR = 0.66;
/** How much of a way off the middle is shown: a face at the rim stays on the canvas. */
const OFF = 0.6;

/**
 * @param points `[n, 3]` x, y, z in pixels of the frame.
 * @param mirror left and right as the performer knows them.
 * @returns `[n, 2]` in pixels of the canvas.
 */
export function framed(
  points: Float32Array,
  frame: { width: number; height: number },
  canvas: { width: number; height: number },
  mirror: boolean,
): Float32Array {
  const count = points.length / 3;
  let [low, high, left, right] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let k = 0; k < count; k++) {
    left = Math.min(left, points[3 * k]!);
    right = Math.max(right, points[3 * k]!);
    low = Math.min(low, points[3 * k + 1]!);
    high = Math.max(high, points[3 * k + 1]!);
  }
  const scale = Math.min(canvas.height / (NEAR * frame.height), canvas.height / (high - low), canvas.width / (right - left));
  const [x, y] = [(left + right) / 2, (low + high) / 2];
  // No further off than there is room.
  const within = (shift: number, room: number) => Math.min(Math.max(shift, -room), room);
  const across = within(OFF * (x - frame.width / 2) * scale, Math.max(0, (canvas.width - (right - left) * scale) / 2));
  const down = within(OFF * (y - frame.height / 2) * scale, Math.max(0, (canvas.height - (high - low) * scale) / 2));
  const out = new Float32Array(2 * count);
  for (let k = 0; k < count; k++) {
    const aside = across + (points[3 * k]! - x) * scale;
    out[2 * k] = canvas.width / 2 + (mirror ? -aside : aside);
    out[2 * k + 1] = canvas.height / 2 + down + (points[3 * k + 1]! - y) * scale;
  }
  return out;
}
