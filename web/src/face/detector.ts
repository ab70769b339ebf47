/** BlazeFace, short range: where faces are (Bazarevsky et al. 2019, 1907.05047). */
import { lift } from "./light";
import { resize, type Frame } from "./pixels";

export const DETECTOR_SIZE = 128;
const SCORE = 0.5;
const SAME = 0.3;

type Pair = [number, number];

/** A face: box and eyes in pixels of the frame. */
export interface Detection {
  centre: Pair;
  size: number;
  rightEye: Pair;
  leftEye: Pair;
  score: number;
}

export const sigmoid = (value: number): number => 1 / (1 + Math.exp(-Math.min(80, Math.max(-80, value))));

/** The frame in the middle of a black square, -1..1, and how it came there. */
export function letterbox(frame: Frame) {
  const scale = DETECTOR_SIZE / Math.max(frame.width, frame.height);
  const width = Math.max(1, Math.round(frame.width * scale));
  const height = Math.max(1, Math.round(frame.height * scale));
  const small = lift(resize(frame, width, height), width, height);
  const left = Math.floor((DETECTOR_SIZE - width) / 2);
  const top = Math.floor((DETECTOR_SIZE - height) / 2);
  const image = new Float32Array(DETECTOR_SIZE * DETECTOR_SIZE * 3).fill(-1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < 3 * width; x++) {
      image[((top + y) * DETECTOR_SIZE + left) * 3 + x] = small[y * 3 * width + x]! / 127.5 - 1;
    }
  }
  return { image, left, top, scale };
}

/** Centres in 0..1: two per cell of a 16 x 16 grid, six per cell of 8 x 8. */
const ANCHORS: Pair[] = ([[16, 2], [8, 6]] as const).flatMap(([cells, count]) =>
  Array.from({ length: cells * cells * count }, (_, k): Pair => {
    const cell = Math.floor(k / count);
    return [((cell % cells) + 0.5) / cells, (Math.floor(cell / cells) + 0.5) / cells];
  }),
);

interface Box {
  points: Pair[];
  size: number;
  score: number;
}

/**
 * Faces, the largest first.
 *
 * @param scores of the 896 anchors, before the sigmoid.
 * @param regressed eight pairs to an anchor: centre, size, six points.
 */
export function decode(
  scores: Float32Array,
  regressed: Float32Array,
  box: { left: number; top: number; scale: number },
): Detection[] {
  const boxes: Box[] = [];
  ANCHORS.forEach(([anchorX, anchorY], k) => {
    const score = sigmoid(scores[k]!);
    if (score <= SCORE) return;
    const pair = (index: number): Pair => {
      const x = regressed[16 * k + 2 * index]! + anchorX * DETECTOR_SIZE;
      const y = regressed[16 * k + 2 * index + 1]! + anchorY * DETECTOR_SIZE;
      return [(x - box.left) / box.scale, (y - box.top) / box.scale];
    };
    const size = Math.max(regressed[16 * k + 2]!, regressed[16 * k + 3]!) / box.scale;
    boxes.push({ points: [pair(0), pair(2), pair(3)], size, score });
  });
  return merge(boxes).sort((a, b) => b.size - a.size);
}

/** Weighted non-maximum suppression: boxes of one face are averaged by score. */
function merge(boxes: Box[]): Detection[] {
  const found: Detection[] = [];
  let left = boxes.sort((a, b) => b.score - a.score);
  while (left.length > 0) {
    const best = left[0]!;
    const same = (box: Box) =>
      Math.hypot(box.points[0]![0] - best.points[0]![0], box.points[0]![1] - best.points[0]![1]) <
      SAME * best.size;
    const group = left.filter(same);
    const total = group.reduce((sum, { score }) => sum + score, 0);
    const mean = (value: (box: Box) => number) =>
      group.reduce((sum, box) => sum + (box.score / total) * value(box), 0);
    const point = (k: number): Pair => [mean((box) => box.points[k]![0]), mean((box) => box.points[k]![1])];
    found.push({
      centre: point(0),
      size: mean(({ size }) => size),
      rightEye: point(1),
      leftEye: point(2),
      score: best.score,
    });
    left = left.filter((box) => !same(box));
  }
  return found;
}
