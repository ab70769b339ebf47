import { describe, expect, it } from "vitest";
import { blendOf, cornersFor, spotOf, spread } from "../src/panels/corners";
import { percents, sharesOf } from "../src/places/shares";

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
