import { describe, expect, it } from "vitest";
import { instrumentOf, pathOf } from "../src/app/addresses";
import { findPage, instrumentPages } from "../src/app/pages";
import type { ControlCard } from "../src/generated/api";
import type { Patch } from "../src/generated/wire";
import { targetOf, turned } from "../src/midi/target";
import { axisGroups } from "../src/pages/texture/axes";
import { atRest, bearingOf, isPlain } from "../src/play/bearing";

const card = (name: string, group: ControlCard["group"], low = -5, high = 5, rest = 0, unit = ""): ControlCard => ({
  name,
  group,
  low,
  high,
  rest,
  unit,
  description: "",
});
const CARDS = [
  card("rate", "meaning"),
  card("size", "meaning"),
  card("all/3", "axis"),
  card("late/1", "axis"),
  card("rain", "place", 0, 1),
  card("reverb", "sound", 0, 1),
];
const patch = (controls: Record<string, number>): Patch => ({
  instrument: "texture",
  bundle: null,
  seed: 0,
  controls,
  choices: {},
  place: null,
  map: {},
  moves: {},
  tempo: 120,
});

describe("where a texture is heard", () => {
  it("is told by what is moved, the renderer's controls aside", () => {
    const set = patch({ rate: 2, size: 0, "all/3": -1.5, rain: 0.5, reverb: 0.7 });
    expect(bearingOf(set, CARDS)).toEqual({
      axes: [{ group: "all", number: 3, value: -1.5 }],
      settings: { rate: 2 },
      prototypes: { rain: 0.5 },
    });
    expect(atRest(set, CARDS)).toEqual({ rate: 0, "all/3": 0, rain: 0 });
    expect(isPlain(bearingOf(set, CARDS))).toBe(false);
    expect(isPlain(bearingOf(patch({ reverb: 1, size: 0 }), CARDS))).toBe(true);
    expect(atRest(patch({ reverb: 1 }), CARDS)).toEqual({});
  });
  it("has its groups of axes in one order", () => {
    expect(axisGroups([...CARDS, card("w/1", "axis")].filter(({ group }) => group === "axis"))).toEqual([
      { value: "all", label: "All" },
      { value: "late", label: "Late" },
      { value: "w", label: "w" },
    ]);
  });
});

describe("a learned knob", () => {
  const details = { name: "texture", controls: [...CARDS, card("low_hz", "sound", 0, 24_000, 0, "Hz")] };
  it("reaches controls whose names have strokes", () => {
    expect(targetOf("texture/all/3", details)?.name).toBe("all/3");
    expect(targetOf("texture/rate", details)?.name).toBe("rate");
    expect(targetOf("face/rate", details)).toBeNull();
    expect(targetOf("texture/gone", details)).toBeNull();
  });
  it("moves as the slider does", () => {
    expect(turned(card("rate", "meaning"), 0.75)).toBeCloseTo(2.5);
    expect(turned(details.controls.at(-1)!, 0.5)).toBeCloseTo(Math.sqrt(20 * 24_000));
  });
});

describe("pages", () => {
  const cards = [
    { name: "face", title: "Face", page: "face" as const },
    { name: "hand bell", title: "Hand bell", page: "chain" as const },
  ];
  it("are those on which instruments of one's own were kept", () => {
    const kept = { name: "rain", title: "Rain", page: "vision" as const };
    const [rain, vision] = ["rain", "vision"].map((name) => instrumentPages([kept]).find(({ instrument }) => instrument === name)!);
    expect(rain).toEqual({ ...vision, path: "/play/rain", title: "Rain", instrument: "rain" });
  });
  it("are there for each chain of parts", () => {
    const pages = instrumentPages(cards);
    expect(pages.at(-1)).toMatchObject({ path: "/play/hand%20bell", title: "Hand bell", instrument: "hand bell" });
    expect(findPage(pages, "/play/hand%20bell")?.instrument).toBe("hand bell");
    expect(findPage(pages, "/play/other")).toBeUndefined();
    expect(findPage(pages, "/texture/query")?.instrument).toBe("texture");
    expect(findPage(pages, "/textures")).toBeUndefined();
    expect(instrumentOf(pathOf("hand bell"))).toBe("hand bell");
    expect(pages.slice(0, -1).map(({ path, title }) => [path, title])).toEqual(
      [["/face", "Face"], ["/texture", "Texture"], ["/notes", "Notes"], ["/vision", "Vision"], ["/voice", "Voice"]],
    );
    expect(pathOf("notes")).toBe("/notes");
    expect(instrumentOf("/play/%zz")).toBe("");
  });
});
