import { describe, expect, it } from "vitest";
import { Hands } from "../src/face/hands";
import { affineOf, MESH_SIZE, POINTS, regionOfLandmarks } from "../src/face/mesh";
import { neutralOf, savedNeutral } from "../src/face/neutral";
import { OneEuro } from "../src/face/one-euro";
import { crop, resize, type Frame } from "../src/face/pixels";
import { lift } from "../src/face/light";
import { fit, unturned, type CanonicalMesh } from "../src/face/pose";
import { tileAround, tiles } from "../src/face/tiles";
import { Tracker } from "../src/face/tracker";
import { FaceSensor, REST } from "../src/face/sensor";
import type { Measures } from "../src/face/measures";

function frame(width: number, height: number, at: (x: number, y: number) => number): Frame {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.fill(at(x, y), 4 * (y * width + x), 4 * (y * width + x) + 3);
  return { width, height, data };
}

describe("a face far away or in the dark", () => {
  it("has the tiles that Python has", () => {
    const places = (width: number, height: number) => tiles(width, height).map(({ left, top, side }) => [left, top, side]);
    expect(places(1280, 720)).toHaveLength(8);
    expect(places(1280, 720).slice(0, 3)).toEqual([[284, 0, 427], [569, 0, 427], [284, 293, 427]]);
    expect(places(640, 480)[0]).toEqual([142, 133, 214]);
    expect(places(256, 256)[0]).toEqual([64, 64, 128]);
    expect(tileAround(30, 700, 200, 1280, 720)).toEqual({ left: 0, top: 520, side: 200 });
  });
  it("is lifted as Python lifts it, and left alone where it is light", () => {
    const dark = Float32Array.from({ length: 48 * 64 * 3 }, (_, k) => (k * 7919) % 61);
    const before = dark[3 * (3 * 64 + 5) + 1]!;
    expect(lift(dark, 64, 48)[3 * (3 * 64 + 5) + 1]! / before).toBeCloseTo(1.7543858, 5);
    const light = new Float32Array(16 * 16 * 3).fill(120);
    expect(lift(light, 16, 16)).toEqual(new Float32Array(16 * 16 * 3).fill(120));
  });
  it("is looked for in all tiles at first, then in one to a frame", async () => {
    let looks = 0;
    const nobody = { scores: new Float32Array(896).fill(-9), boxes: new Float32Array(896 * 16) };
    const tracker = new Tracker({
      detect: () => Promise.resolve((looks++, nobody)),
      landmarks: () => Promise.resolve({ points: new Float32Array(3 * POINTS), score: -9 }),
    });
    const picture = frame(1280, 720, () => 90);
    expect(await tracker.step(picture)).toBeNull();
    expect(looks).toBe(1 + 8);
    expect(await tracker.step(picture)).toBeNull();
    expect(looks).toBe(1 + 8 + 2);
  });
});

describe("pixels", () => {
  it("resizes an even picture to an even one and a slope to a slope", () => {
    expect(new Set(resize(frame(64, 48, () => 77), 16, 12))).toEqual(new Set([77]));
    const slope = resize(frame(64, 8, (x) => 4 * x), 16, 2);
    for (let x = 1; x < 15; x++) expect(slope[3 * x]).toBeCloseTo(16 * x + 6, 0);
  });
  it("crops what is there and leaves the rest black", () => {
    const picture = frame(10, 10, (x, y) => 10 * y + x);
    const same = crop(picture, [1, 0, 2, 0, 1, 3], 4);
    expect(Math.round(255 * same[0]!)).toBe(32);
    expect(Math.round(255 * same[3 * 5]!)).toBe(43);
    expect(crop(picture, [1, 0, -20, 0, 1, 0], 4).every((value) => value === 0)).toBe(true);
  });
});

const mesh: CanonicalMesh = {
  vertices: Array.from({ length: POINTS }, (_, k) => [Math.sin(7 * k) * 7, Math.cos(5 * k) * 9, Math.sin(3 * k) * 4]),
  weights: Array.from({ length: POINTS }, (_, k) => (k % 11 === 0 ? 1 : 0)),
};

/** The mesh turned to the right of the picture, as landmarks in pixels. */
function turned(yaw: number, scale: number): Float32Array {
  const [c, s] = [Math.cos(yaw), Math.sin(yaw)];
  return Float32Array.from(
    mesh.vertices.flatMap(([x, y, z]) => [scale * (c * x + s * z) + 320, -scale * y + 240, -scale * (c * z - s * x)]),
  );
}

describe("pose", () => {
  it("finds a turn and undoes it", () => {
    const points = turned(0.4, 12);
    const pose = fit(points, mesh);
    expect(pose.yaw).toBeCloseTo((0.4 * 180) / Math.PI, 3);
    expect(pose.pitch).toBeCloseTo(0, 3);
    expect(pose.roll).toBeCloseTo(0, 3);
    expect(pose.scale).toBeCloseTo(12, 4);
    const front = unturned(points, pose);
    for (const k of [0, 100, 467]) expect(front[3 * k]).toBeCloseTo(mesh.vertices[k]![0], 4);
  });
  it("puts the landmarks into the next square", () => {
    const points = turned(0.2, 8);
    const region = regionOfLandmarks(points);
    const [a, b, c, d, e, f] = affineOf(region);
    const middle = MESH_SIZE / 2;
    expect(a * middle + b * middle + c).toBeCloseTo(region.x, 3);
    expect(d * middle + e * middle + f).toBeCloseTo(region.y, 3);
  });
});

const measures = (mouth: number, yaw = 0): Measures => ({
  mouth, mouthWidth: 0.5, corners: -0.28, brow: 0.3, eyes: 0.3, x: 320, y: 240, size: 90,
  pose: { yaw, pitch: 0, roll: 0, scale: 10, rotation: [], shift: [0, 0, 0] },
});

describe("sensor", () => {
  it("is at rest for a still face, opens with the mouth, and glides back when the face is gone", () => {
    const sensor = new FaceSensor(null);
    for (let k = 0; k < 60; k++) sensor.see(measures(0.02), 640, 480, 1 / 30, false);
    expect(sensor.values.mouth).toBe(0);
    expect(sensor.values.stillness).toBe(1);
    for (let k = 0; k < 10; k++) sensor.see(measures(0.3), 640, 480, 1 / 30, false);
    expect(sensor.values.mouth).toBeGreaterThan(0.8);
    sensor.miss(1 / 30);
    expect(sensor.present).toBe(true);
    for (let k = 0; k < 120; k++) sensor.miss(1 / 30);
    expect(sensor.present).toBe(false);
    for (const name of Object.keys(REST) as (keyof typeof REST)[]) expect(sensor.values[name]).toBeCloseTo(REST[name], 1);
  });
  it("keeps a saved rest, and refuses a table that is none", () => {
    const saved = neutralOf(measures(0.1, 5));
    expect(savedNeutral({ ...saved })).toEqual(saved);
    expect(savedNeutral({ mouth: 1 })).toBeNull();
    const sensor = new FaceSensor(saved);
    for (let k = 0; k < 40; k++) sensor.see(measures(0.1, 5), 640, 480, 1 / 30, false);
    expect(sensor.values.yaw_degrees).toBe(0);
  });
  it("calms slow noise and follows what is quick", () => {
    const filter = new OneEuro(1, 0.15);
    filter.step(0, 1 / 30);
    expect(filter.step(1, 1 / 30)).toBeLessThan(0.6);
    for (let k = 0; k < 90; k++) filter.step(100, 1 / 30);
    expect(filter.value).toBeCloseTo(100, 1);
  });
});

describe("keys", () => {
  it("open the mouth while they are held, with motion on the way", () => {
    const hands = new Hands();
    hands.held.add("mouth");
    let moved = 1;
    for (let k = 0; k < 60; k++) moved = Math.min(moved, hands.step(0.016)["stillness"]!);
    expect(moved).toBeLessThan(0.2);
    expect(hands.step(0.016)["mouth"]).toBeGreaterThan(0.95);
    hands.held.clear();
    for (let k = 0; k < 200; k++) hands.step(0.016);
    expect(hands.step(0.016)["mouth"]).toBeCloseTo(0, 2);
    expect(hands.step(0.016)["stillness"]).toBeGreaterThan(0.9);
  });
});
