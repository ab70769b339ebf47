import { describe, expect, it } from "vitest";
import { Calibration, percentile, STEPS } from "../src/face/calibration";
import { INNER_LIPS, OUTER_LIPS, OVAL } from "../src/face/contours";
import { sightOf } from "../src/face/distance";
import { framed } from "../src/face/framing";
import type { Measures } from "../src/face/measures";
import { BROW_RANGE, MOUTH_RANGE } from "../src/face/neutral";
import { puppet, type Vertices } from "../src/face/puppet";
import { netOf, triangulate } from "../src/face/triangles";
import type { ControlCard, MapEntry } from "../src/generated/api";
import { lineValue, movedBy } from "../src/pages/face/gestures";
import { movedByFace } from "../src/play/map";

const measures = (mouth: number, brow: number, yaw = 0): Measures => ({
  mouth, mouthWidth: 0.5, corners: -0.28, brow, eyes: 0.3, x: 320, y: 240, size: 90,
  pose: { yaw, pitch: 2, roll: -1, scale: 10, rotation: [], shift: [0, 0, 0] },
});

/** A performer who does as each step says, with noise. */
function taught(mouth: number, brow: number, rate = 30): Calibration {
  const calibration = new Calibration();
  let seed = 1;
  const noise = () => ((seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5) * 0.006;
  for (let k = 0; k < 12 * rate && !calibration.ended; k++) {
    const { step } = calibration.at;
    calibration.add(
      measures(
        0.04 + (step.name === "mouth" ? mouth : 0) + noise(),
        0.3 + (step.name === "brow" ? brow : 0) + noise(),
        // One frame of a face that looked away.
        k === 60 ? 24 : 3,
      ),
      1 / rate,
    );
  }
  return calibration;
}

describe("calibration", () => {
  it("learns rest and how far the mouth and the brows go", () => {
    const { learned } = taught(0.4, 0.12);
    expect(learned!.missed).toEqual([]);
    expect(learned!.neutral.mouth).toBeCloseTo(0.04, 2);
    expect(learned!.neutral.brow).toBeCloseTo(0.3, 2);
    expect(learned!.neutral.yaw).toBe(3);
    expect(learned!.neutral.mouth_range).toBeCloseTo(0.4, 1);
    expect(learned!.neutral.brow_range).toBeCloseTo(0.12, 1);
  });
  it("takes ten seconds, at any frame rate", () => {
    expect(STEPS.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(10);
    for (const rate of [5, 30, 60]) expect(taught(0.4, 0.12, rate).learned).not.toBeNull();
  });
  it("keeps the usual range of what hardly moved, and says so", () => {
    const { learned } = taught(0.4, 0.005);
    expect(learned!.missed).toEqual(["brow"]);
    expect(learned!.neutral.brow_range).toBe(BROW_RANGE);
    expect(taught(0.01, 0.12).learned!.neutral.mouth_range).toBe(MOUTH_RANGE);
  });
  it("waits for a face, and ends gently without one", () => {
    const calibration = new Calibration();
    for (let k = 0; k < 30; k++) calibration.add(measures(0.04, 0.3), 1 / 30);
    const { progress } = calibration;
    for (let k = 0; k < 60; k++) calibration.add(null, 1 / 30);
    expect(calibration.waits).toBe(true);
    expect(calibration.progress).toBe(progress);
    expect(calibration.ended).toBeNull();
    for (let k = 0; k < 90; k++) calibration.add(null, 1 / 30);
    expect(calibration.ended).toBe("no face");
    expect(calibration.learned).toBeNull();
  });
  it("has robust percentiles", () => {
    expect(percentile([3, 1, 2], 0.5)).toBe(2);
    expect(percentile([0, 10], 0.98)).toBeCloseTo(9.8);
    expect(percentile([], 0.5)).toBe(0);
  });
});

describe("sight", () => {
  it("says how to sit", () => {
    const sight = (present: boolean, size: number, score: number) => sightOf({ present, size, score }).words;
    expect(sight(true, 0.2, 0.99)).toBe("Good distance");
    expect(sight(true, 0.05, 0.99)).toBe("Come closer");
    expect(sight(true, 0.5, 0.99)).toBe("Move back");
    expect(sight(true, 0.2, 0.6)).toBe("Turn to the light");
    expect(sight(false, 0, 0)).toBe("No face is seen");
  });
});

describe("the net", () => {
  it("triangulates: Euler's count for points within a square", () => {
    const corners: [number, number][] = [[0, 0], [1, 0], [1, 1], [0, 1]];
    const inner: [number, number][] = Array.from({ length: 20 }, (_, k) => [
      0.5 + 0.4 * Math.sin(7 * k + 1) * Math.cos(k), 0.5 + 0.4 * Math.cos(5 * k + 2) * Math.sin(k + 0.3),
    ]);
    expect(triangulate([...corners, ...inner])).toHaveLength(2 * 20 + 2);
  });
  it("gives each edge once, from low to high", () => {
    const sphere: [number, number, number][] = Array.from({ length: 60 }, (_, k) => [
      6 * Math.sin(k) * Math.cos(3 * k), 6 * Math.cos(k), 6 * Math.abs(Math.sin(k) * Math.sin(3 * k)) + 1,
    ]);
    const net = netOf(sphere);
    const seen = new Set<string>();
    for (let k = 0; k < net.length; k += 2) {
      expect(net[k]!).toBeLessThan(net[k + 1]!);
      seen.add(`${net[k]} ${net[k + 1]}`);
    }
    expect(seen.size).toBe(net.length / 2);
  });
});

/** Where the lips, the brows and the oval are, roughly; all else in the middle. */
const face: Vertices = Array.from({ length: 468 }, (_, k): [number, number, number] => {
  const round = (loop: number[], wide: number, high: number, y: number): [number, number, number] => {
    const angle = (2 * Math.PI * loop.indexOf(k)) / (loop.length - 1);
    return [-wide * Math.cos(angle), y - high * Math.sin(angle), 5];
  };
  if (k === 14) return [0, -4.54, 5.4];
  if (k === 13) return [0, -3.99, 5.2];
  if (k === 159) return [-3, 3.1, 4];
  if (k === 105) return [-3, 4.6, 4.5];
  if (INNER_LIPS.includes(k)) return round(INNER_LIPS, 2.2, 0.1, -4.27);
  if (OUTER_LIPS.includes(k)) return round(OUTER_LIPS, 2.45, 0.7, -4.27);
  if (OVAL.includes(k)) return [0, 8 - 0.4 * OVAL.indexOf(k), 1];
  return [0, 0, 5];
});
const at = (points: Float32Array, k: number) => [points[3 * k]!, points[3 * k + 1]!] as const;

describe("the neutral face", () => {
  it("opens the lower lip, not the upper one", () => {
    const [shut, open] = [puppet(face, {}, 1000), puppet(face, { mouth: 1 }, 1000)];
    expect(at(open, 14)[1]).toBeGreaterThan(at(shut, 14)[1] + 20);
    expect(at(open, 13)).toEqual(at(shut, 13));
  });
  it("raises the brows, not the eyes", () => {
    const [calm, raised] = [puppet(face, {}, 1000), puppet(face, { brow: 1 }, 1000)];
    expect(at(raised, 105)[1]).toBeLessThan(at(calm, 105)[1] - 5);
    expect(at(raised, 159)).toEqual(at(calm, 159));
  });
  it("turns to the right of the picture, looks up, leans to its left", () => {
    const nose = (values: Record<string, number>) => at(puppet(face, values, 1000), 4);
    expect(nose({ yaw_degrees: 20 })[0]).toBeGreaterThan(nose({})[0]);
    expect(nose({ pitch_degrees: 20 })[1]).toBeLessThan(nose({})[1]);
    expect(at(puppet(face, { roll_degrees: 20 }, 1000), 105)[0]).toBeLessThan(at(puppet(face, {}, 1000), 105)[0]);
  });
});

describe("framing", () => {
  const points = Float32Array.from([300, 100, 0, 500, 300, 0]);
  const frame = { width: 640, height: 480 };
  const canvas = { width: 400, height: 300 };
  it("mirrors, and keeps all of it on the canvas", () => {
    const plain = framed(points, frame, canvas, false);
    const mirrored = framed(points, frame, canvas, true);
    expect(plain[0]!).toBeLessThan(plain[2]!);
    expect(mirrored[0]!).toBeCloseTo(canvas.width - plain[0]!, 3);
    for (const k of [0, 1, 2, 3]) expect(mirrored[k]).toBeGreaterThanOrEqual(0);
    for (const k of [1, 3]) expect(mirrored[k]).toBeLessThanOrEqual(canvas.height);
  });
});

const card = (name: string, group: ControlCard["group"] = "sound"): ControlCard => ({
  name, low: 0, high: 1, rest: 0, unit: "", description: `what ${name} does`, group,
});
const line = (...from: string[]): MapEntry => ({ from });

describe("what a gesture moves", () => {
  const details = {
    controls: [card("mouth", "sensed"), card("pulled", "sensed"), card("gain_db"), card("tilt_db")],
    map: { mouth: line("mouth"), pulled: line("pulled"), gain_db: line("face_size") },
    senses: { face: [card("mouth", "sensed"), card("face_size", "sensed"), card("mouth_width", "sensed")] },
  };
  const patch = { map: {}, moves: { tilt_db: { kind: "source", source: "mouth_width", depth: 0.5 } } } as const;
  it("says it in words: listened to, by a line, by a movement", () => {
    const words = (gesture: string) => movedBy(gesture, details, patch).map((one) => [one.words, one.by]);
    expect(words("mouth")).toEqual([["Opens the sound", "listened"]]);
    expect(words("pulled")).toEqual([["What pulled does", "listened"]]);
    expect(words("face_size")).toEqual([["Level", "line"]]);
    expect(words("mouth_width")).toEqual([["Tilt", "move"]]);
    expect(words("brow")).toEqual([]);
  });
  it("forgets a line that the player took away", () => {
    expect(movedBy("face_size", details, { ...patch, map: { gain_db: null } })).toEqual([]);
  });
  it("knows whether a face moves anything", () => {
    expect(movedByFace(details, { map: {}, moves: {} })).toBe(true);
    const still = { map: { mouth: null, pulled: null, gain_db: null }, moves: {} };
    expect(movedByFace(details, still)).toBe(false);
    expect(movedByFace(details, { ...still, moves: patch.moves })).toBe(true);
  });
  it("follows a line of one source", () => {
    const to = { ...card("gain_db"), low: -24, high: 0 };
    expect(lineValue({ from: ["mouth"] }, 0.5, card("mouth"), to)).toBe(-12);
    expect(lineValue({ from: ["mouth"], low: 0, high: -6, in: [0, 0.5] }, 0.25, card("mouth"), to)).toBe(-3);
    expect(lineValue({ from: ["mouth"], gate: 0.4 }, 0.3, card("mouth"), to)).toBe(-24);
    // What lies above the gate is stretched.
    expect(lineValue({ from: ["mouth"], gate: 0.4 }, 0.7, card("mouth"), to)).toBeCloseTo(-12);
    expect(lineValue({ from: ["mouth"], curve: "steps" }, 0.3, card("mouth"), to)).toBeNull();
    expect(lineValue({ from: ["mouth", "brow"] }, 0.3, card("mouth"), to)).toBeNull();
  });
});
