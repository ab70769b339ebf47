/** Squares of a frame, a third as wide, in which a far face is large enough for the detector. */
import { DETECTOR_SIZE, type Detection } from "./detector";
import type { Frame } from "./pixels";

const TILES = 3;
/** how much of its neighbour each shows: a face that they must hold */
const SHARED = 0.3;

export interface Tile {
  left: number;
  top: number;
  side: number;
}

/** Those nearest to the frame's middle first. */
export function tiles(width: number, height: number): Tile[] {
  const side = Math.max(Math.ceil(Math.max(width, height) / TILES), Math.min(DETECTOR_SIZE, width, height));
  const found = starts(height, side).flatMap((top) => starts(width, side).map((left) => ({ left, top, side })));
  const away = ({ left, top }: Tile) => Math.hypot(left + side / 2 - width / 2, top + side / 2 - height / 2);
  return found.sort((a, b) => away(a) - away(b));
}

/** One of that side about a point, within the frame as far as it goes. */
export function tileAround(x: number, y: number, wanted: number, width: number, height: number): Tile {
  const side = Math.max(1, Math.min(Math.round(wanted), width, height));
  const within = (middle: number, length: number) =>
    Math.min(Math.max(Math.round(middle - side / 2), 0), length - side);
  return { left: within(x, width), top: within(y, height), side };
}

function starts(length: number, side: number): number[] {
  if (length <= side) return [0];
  const count = Math.ceil((length / side - 1) / (1 - SHARED)) + 1;
  return Array.from({ length: count }, (_, k) => Math.round((k * (length - side)) / (count - 1)));
}

/** The tile's pixels, as a frame of its own. */
export function cut(frame: Frame, { left, top, side }: Tile): Frame {
  const width = Math.min(side, frame.width - left);
  const height = Math.min(side, frame.height - top);
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 4 * ((top + y) * frame.width + left);
    data.set(frame.data.subarray(from, from + 4 * width), 4 * y * width);
  }
  return { width, height, data };
}

/** From places in the tile to those in the frame. */
export function moved(face: Detection, { left, top }: Tile): Detection {
  const to = ([x, y]: [number, number]): [number, number] => [x + left, y + top];
  return { ...face, centre: to(face.centre), rightEye: to(face.rightEye), leftEye: to(face.leftEye) };
}
