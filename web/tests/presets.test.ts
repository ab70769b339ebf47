import { expect, it } from "vitest";
import type { ControlCard } from "../src/generated/api";
import type { Patch } from "../src/generated/wire";
import { sameSound, soundOf } from "../src/presets/changed";
import { freeName, named } from "../src/presets/names";
import { needsOf, tagsOf } from "../src/presets/needs";

const cards: ControlCard[] = [{ name: "rate", low: -5, high: 5, rest: 0, unit: "", description: "", group: "meaning" }];
const patch = (more: Partial<Patch> = {}): Patch => ({
  instrument: "texture",
  bundle: null,
  seed: 0,
  controls: {},
  choices: {},
  place: null,
  map: {},
  moves: {},
  tempo: 96,
  ...more,
});

it("what the server fills in is no change", () => {
  expect(sameSound(patch(), patch({ controls: { rate: 0 }, choices: { model: "a" } }), cards)).toBe(true);
  const lfo = { kind: "lfo", shape: "sine", beats: 8, depth: 0.25, phase: 0 } as const;
  expect(sameSound(patch({ moves: { rate: lfo } }), patch({ moves: { rate: { ...lfo, seconds: null } } }), cards)).toBe(true);
});

it("a control, a place, a mover or a tempo is one", () => {
  const changes: Partial<Patch>[] = [
    { controls: { rate: 0.1 } },
    { place: { w: null, weights: { rain: 1 } } },
    { moves: { rate: { kind: "source", source: "mouth", depth: 1 } } },
    { tempo: 97 },
  ];
  for (const change of changes) expect(sameSound(patch(), patch(change), cards), JSON.stringify(change)).toBe(false);
});

it("a morph is what lies between its two sounds", () => {
  const preset = { patch: patch({ controls: { rate: -2 } }), other: patch({ controls: { rate: 2 } }), morph: 0.75 };
  expect(soundOf(preset).controls["rate"]).toBeCloseTo(1);
});

it("a preset says what it needs, and its tags are offered where several have them", () => {
  const senses = { face: [{ ...cards[0]!, name: "mouth", low: 0, high: 1 }] };
  const map = { rate: { from: ["mouth"] }, size: null } as unknown as Patch["map"];
  expect(needsOf({ patch: patch({ map, moves: { x: { kind: "source", source: "cc1", depth: 1 } } }) }, senses)).toEqual(["face", "midi"]);
  expect(tagsOf([{ tags: ["slow", "dark"] }, { tags: ["slow"] }, { tags: ["bright"] }], 5)).toEqual(["slow"]);
});

it("a name that is there already is known in any capitals, and the next free one is told", () => {
  const all = ["Rain", "rain 2", "Tide", "Café 9"].map((name, k) => ({ id: String(k), name, factory: k === 0 }));
  expect(named(" rain ", all).map(({ id }) => id)).toEqual(["0"]);
  expect(named("cafe\u0301 9", all)).toHaveLength(1);
  expect(named("Rai", all)).toEqual([]);
  expect(["Rain", "RAIN 2", "Tide", "Café 9", " New "].map((name) => freeName(name, all))).toEqual(["Rain 3", "RAIN 3", "Tide 2", "Café 10", "New"]);
  const long = { id: "x", name: "x".repeat(80), factory: false };
  expect(freeName(long.name, [long])).toBe(`${"x".repeat(78)} 2`);
});
