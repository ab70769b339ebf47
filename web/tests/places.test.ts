import { describe, expect, it } from "vitest";
import { blendOf, cornersFor, spotOf, spread } from "../src/panels/corners";
import { Plane } from "../src/places/plane";
import { percents, sharesOf } from "../src/places/shares";
import { fitAll, panBy, toPlane, toScreen, zoomAt } from "../src/places/view";

const card = (name: string, group = "") => ({ name, title: name.toUpperCase(), group });
const sum = (blend: Record<string, number>) => Object.values(blend).reduce((x, y) => x + y);

describe("between four sounds", () => {
  const corners = ["a", "b", "c", "d"];
  it("is each of them at its corner, and all together one", () => {
    expect(blendOf(corners, { x: 0, y: 1 })).toEqual({ a: 1 });
    expect(blendOf(corners, { x: 1, y: 0 })).toEqual({ d: 1 });
    expect(sum(blendOf(corners, { x: 0.3, y: 0.8 }))).toBeCloseTo(1);
    expect(blendOf(["a", "a", "a", "a"], { x: 0.2, y: 0.4 })["a"]).toBeCloseTo(1);
  });
  it("is found again from what is heard", () => {
    for (const spot of [{ x: 0.25, y: 0.7 }, { x: 0, y: 0 }, { x: 1, y: 0.5 }]) {
      const found = spotOf(corners, blendOf(corners, spot))!;
      expect(found.x).toBeCloseTo(spot.x);
      expect(found.y).toBeCloseTo(spot.y);
    }
    expect(spotOf(corners, { a: 0.5, z: 0.5 })).toBeNull();
    expect(spotOf(corners, null)).toBeNull();
  });
  it("begins with sounds of four groups, and takes in what is heard", () => {
    const places = ["p", "q", "r", "s", "t"].flatMap((group) => [card(`${group}1`, group), card(`${group}2`, group)]);
    expect(new Set(spread(places).map((name) => name[0])).size).toBe(4);
    expect(spread([card("only")])).toEqual(["only", "only", "only", "only"]);
    expect(cornersFor({ x: 0.2, y: 0.8 }, corners)).toEqual(["y", "x", "a", "b"]);
    expect(cornersFor({ c: 1 }, corners)).toEqual(["c", "a", "b", "d"]);
  });
});

describe("shares", () => {
  it("are the largest first, and add up", () => {
    const shares = sharesOf({ dog: 1, birds: 2, none: 0, shaker: 1.5 });
    expect(shares.map(({ name }) => name)).toEqual(["birds", "shaker", "dog"]);
    expect(percents(shares, 3).reduce((all, [, percent]) => all + percent, 0)).toBe(100);
    expect(percents(sharesOf({ a: 1, b: 1, c: 1 }), 3).map(([, percent]) => percent).sort()).toEqual([33, 33, 34]);
    expect(percents(sharesOf({ a: 1 }), 3)).toEqual([["a", 100]]);
    expect(sharesOf(undefined)).toEqual([]);
  });
});

describe("the plane of places", () => {
  const spots: [string, number, number][] = [
    ["wind", 0.1, 0.2], ["rain", 0.35, 0.3], ["birds", 0.6, 0.25], ["dog", 0.8, 0.5], ["taps", 0.7, 0.85], ["fire", 0.3, 0.75], ["door", 0.5, 0.55],
  ];
  const plane = new Plane({ points: spots.map(([name, x, y]) => ({ ...card(name), x, y })) });
  // Four on a square, as a grid has them: the middle belongs to all.
  const grid = new Plane({ points: [0.3, 0.5, 0.7].flatMap((x) => [0.2, 0.5, 0.8].map((y) => ({ ...card(`${x} ${y}`), x, y }))) });

  it("is each place alone where it stands", () => {
    for (const { name, at } of [...plane.spots]) expect(plane.blend(at)[name]).toBeCloseTo(1, 5);
    for (const { name, at } of [...grid.spots]) expect(grid.blend(at)[name]).toBeCloseTo(1, 5);
  });
  it("is a blend of at most three that adds up to one, everywhere and outside too", () => {
    for (let x = -200; x <= 1240; x += 37) {
      for (let y = -150; y <= 600; y += 29) {
        const blend = plane.blend({ x, y });
        expect(Object.keys(blend).length).toBeLessThanOrEqual(3);
        expect(sum(blend)).toBeCloseTo(1, 9);
      }
    }
    expect(plane.blend({ x: -500, y: 0 })).toEqual({ wind: 1 });
  });
  it("changes without a jump on any way", () => {
    for (const [one, to] of [[{ x: 0, y: 10 }, { x: 1040, y: 440 }], [{ x: 5, y: 227 }, { x: 1040, y: 228 }], [{ x: 520, y: -40 }, { x: 530, y: 500 }]] as const) {
      for (const of of [plane, grid]) {
        let before = of.blend(one);
        for (let k = 1; k <= 1000; k++) {
          const at = { x: one.x + (k / 1000) * (to.x - one.x), y: one.y + (k / 1000) * (to.y - one.y) };
          const now = of.blend(at);
          const names = new Set([...Object.keys(before), ...Object.keys(now)]);
          const change = [...names].reduce((all, name) => all + Math.abs((now[name] ?? 0) - (before[name] ?? 0)), 0);
          expect(change).toBeLessThan(0.1);
          before = now;
        }
      }
    }
  });
  it("finds the ring again from what is heard", () => {
    const at = { x: 520, y: 200 };
    const blend = plane.blend(at);
    expect(plane.middle(blend)!.x).toBeCloseTo(at.x, 6);
    expect(plane.middle(blend)!.y).toBeCloseTo(at.y, 6);
    expect(plane.isAt(at, blend)).toBe(true);
    expect(plane.isAt({ x: 700, y: 300 }, blend)).toBe(false);
    expect(plane.middle({ elsewhere: 1 })).toBeNull();
  });
  it("walks to the next place that way, and stays where there is none", () => {
    const from = (name: string) => plane.spots.find((spot) => spot.name === name)!.at;
    expect(plane.next(from("wind"), { x: 1, y: 0 })?.name).toBe("rain");
    expect(plane.next(from("rain"), { x: 1, y: 0 })?.name).toBe("birds");
    expect(plane.next(from("rain"), { x: 0, y: 1 })?.name).toBe("fire");
    expect(plane.next(from("rain"), { x: -1, y: 0 })?.name).toBe("wind");
    expect(plane.next(from("wind"), { x: -1, y: 0 })).toBeNull();
    // From one to the next every place is reached.
    const reached = new Set(["wind"]);
    for (const name of reached) {
      for (const way of [{ x: 1, y: 0 }, { x: -1, y: 0 }, { x: 0, y: 1 }, { x: 0, y: -1 }]) {
        const next = plane.next(from(name), way);
        if (next) reached.add(next.name);
      }
    }
    expect(reached.size).toBe(spots.length);
  });
  it("is well with few places, or none", () => {
    expect(new Plane({ points: [] }).blend({ x: 5, y: 5 })).toEqual({});
    expect(new Plane({ points: [{ ...card("one"), x: 0.5, y: 0.5 }] }).blend({ x: 5, y: 5 })).toEqual({ one: 1 });
  });
});

describe("the view of the plane", () => {
  const map = { points: [{ ...card("a"), x: 0.1, y: 0.3 }, { ...card("b"), x: 0.9, y: 0.9 }], groups: [], scale: 1 };
  const frame = { width: 1040, height: 456, top: 52 };
  const all = fitAll(map, frame);
  it("has everything below the head at first", () => {
    for (const { x, y } of map.points) {
      const at = toScreen(all, { x: x * 1040, y: y * 455 });
      expect(at.x).toBeGreaterThan(30);
      expect(at.x).toBeLessThan(1010);
      expect(at.y).toBeGreaterThan(52 + 25);
      expect(at.y).toBeLessThan(456 - 25);
    }
  });
  it("takes the height of a window that is higher than wide, within bounds", () => {
    const tall = fitAll(map, { width: 580, height: 828, top: 92 });
    expect(tall.scaleY / tall.scaleX).toBeCloseTo(2.2, 6);
    const wide = fitAll(map, { width: 2000, height: 456, top: 52 });
    expect(wide.scaleX / wide.scaleY).toBeCloseTo(1.3, 6);
  });
  it("zooms with the pointer held, never out of the plane", () => {
    const pointer = { x: 300, y: 200 };
    const under = toPlane(all, pointer);
    const larger = zoomAt(all, all, pointer, 2, frame);
    expect(toPlane(larger, pointer).x).toBeCloseTo(under.x, 6);
    expect(toPlane(larger, pointer).y).toBeCloseTo(under.y, 6);
    expect(zoomAt(all, larger, { x: 0, y: 0 }, 0.1, frame)).toEqual(all);
    const far = panBy(all, larger, { x: 1e5, y: 1e5 }, frame);
    expect(toScreen(far, toPlane(all, { x: 0, y: 52 })).x).toBeCloseTo(0, 6);
    expect(toScreen(far, toPlane(all, { x: 0, y: 52 })).y).toBeCloseTo(52, 6);
  });
});
