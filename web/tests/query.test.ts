import { describe, expect, it } from "vitest";
import type { SearchSound } from "../src/generated/api";
import { differenceWords, strengthAt, travelOf } from "../src/kit/strength";
import { batch, batchName, keyOf, soundAt, wayTo } from "../src/query/lineage";
import { drawTree } from "../src/query/tree";

const sound = (number: number, parents: number[], opinion = 0): SearchSound => ({
  number,
  parents,
  opinion,
  note: "",
  place: { w: [number, -number / 7], weights: {} },
});

/** Two beginnings; children of the first; children of two of those; children of those. */
const SOUNDS = [
  sound(0, []),
  sound(1, []),
  sound(2, [0]),
  sound(3, [0]),
  sound(4, [0]),
  sound(5, [2, 4]),
  sound(6, [2, 4], 1),
  sound(7, [5]),
];

describe("a search", () => {
  it("shows sounds of the same parents together", () => {
    expect(batch(SOUNDS, "").map(({ number }) => number)).toEqual([0, 1]);
    expect(batch(SOUNDS, keyOf([2, 4])).map(({ number }) => number)).toEqual([5, 6]);
    expect(batch(SOUNDS, "1")).toEqual([]);
  });
  it("knows the way back to the beginnings", () => {
    expect(wayTo(SOUNDS, "5")).toEqual(["", "0", "2,4", "5"]);
    expect(wayTo(SOUNDS, "")).toEqual([""]);
    expect(wayTo(SOUNDS, "99")).toEqual([""]);
    expect(wayTo([], "0")).toEqual([""]);
    expect(["", "3", "2,4", "1,2,3,4"].map(batchName)).toEqual(["Beginnings", "From 3", "From 2 + 4", "From 1 + 2 + 3 …"]);
  });
  it("finds which sound is heard", () => {
    expect(soundAt(SOUNDS, [3, -3 / 7 + 1e-7])?.number).toBe(3);
    expect(soundAt(SOUNDS, [3, 0])).toBeNull();
    expect(soundAt(SOUNDS, [3])).toBeNull();
    expect(soundAt(SOUNDS, null)).toBeNull();
  });
});

describe("the drawn lineage", () => {
  it("puts generations in columns, and no two sounds on one spot", () => {
    const tree = drawTree(SOUNDS, new Set([7]));
    const at = Object.fromEntries(tree.nodes.map((node) => [node.sound.number, [node.column, node.row]]));
    expect(Object.keys(at).map(Number)).toEqual([0, 2, 4, 5, 6, 7]);
    expect([0, 2, 4, 5, 7].map((number) => at[number]![0])).toEqual([0, 1, 1, 2, 3]);
    expect(new Set(Object.values(at).map(String)).size).toBe(tree.nodes.length);
    expect(tree.columns).toBe(4);
    expect(Math.max(...tree.nodes.map(({ row }) => row)) + 1).toBe(tree.rows);
  });
  it("has a line from each parent", () => {
    const lines = drawTree(SOUNDS, new Set()).edges.map(({ from, to }) => `${from.sound.number}-${to.sound.number}`);
    expect(lines).toEqual(expect.arrayContaining(["0-2", "0-4", "2-5", "4-5", "2-6", "4-6"]));
    expect(lines).not.toContain("0-3");
  });
  it("stays small, and whole to the beginning", () => {
    const long = [sound(0, []), ...Array.from({ length: 2000 }, (_, k) => sound(k + 1, [k > 900 ? k : 0], 1))];
    const tree = drawTree(long, new Set());
    const numbers = new Set(tree.nodes.map((node) => node.sound.number));
    expect(numbers.has(0)).toBe(true);
    for (const node of tree.nodes) for (const parent of node.sound.parents) expect(numbers.has(parent)).toBe(true);
    expect(drawTree([], new Set())).toEqual({ nodes: [], edges: [], columns: 0, rows: 0 });
  });
});

describe("strength", () => {
  it("moves by factors and comes back", () => {
    expect(strengthAt(0)).toBe(0.05);
    expect(strengthAt(1)).toBe(20);
    expect(strengthAt(travelOf(1))).toBeCloseTo(1, 2);
    expect([0.05, 1, 20].map(differenceWords)).toEqual(["100 %", "50 %", "0 %"]);
  });
});
