import { expect, it, vi } from "vitest";
import type { ControlCard } from "../src/generated/api";

vi.hoisted(() => Object.assign(globalThis, { localStorage: { getItem: () => null, setItem: () => undefined } }));

const { MOST_PINS, pinnedOf, withPin } = await import("../src/stage/pins");

const card = (name: string, group: ControlCard["group"]): ControlCard => ({ name, group, low: 0, high: 1, rest: 0, unit: "", description: "" });
const cards = [card("mouth", "sensed"), card("brightness", "meaning"), card("rate", "meaning"), card("size", "meaning"), card("gain_db", "sound")];
const names = (found: ControlCard[]) => found.map(({ name }) => name);

it("the first two that shape the sound stand on the stage until others are chosen", () => {
  expect(names(pinnedOf({}, "texture", cards))).toEqual(["brightness", "rate"]);
  expect(names(pinnedOf({ texture: ["size", "gone"] }, "texture", cards))).toEqual(["size"]);
  expect(names(pinnedOf({ texture: [] }, "texture", cards))).toEqual([]);
});

it("a fourth pin takes the first one's place", () => {
  const pins = ["a", "b", "c", "d"].reduce(withPin, [] as string[]);
  expect(pins).toEqual(["b", "c", "d"]);
  expect(pins).toHaveLength(MOST_PINS);
  expect(withPin(pins, "c")).toEqual(["b", "d"]);
});
