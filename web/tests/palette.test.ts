import { describe, expect, it } from "vitest";
import { findEntries, type Entry } from "../src/palette/entries";
import { match, withValue } from "../src/palette/fuzzy";

const entry = (group: Entry["group"], title: string, more: Partial<Entry> = {}): Entry => ({
  group,
  key: `${group}/${title}`,
  title,
  sign: "arrow",
  act: () => undefined,
  ...more,
});
const titles = (found: ReturnType<typeof findEntries>) => found.map(([group, shown]) => [group, shown.map(({ title }) => title)]);

describe("a few letters", () => {
  it("find a word's beginning before its middle before letters in their order", () => {
    const scores = ["Brightness", "Give Brightness an LFO", "Unbrightened", "Be right"].map((text) => match("bright", text)?.score ?? 0);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(scores.at(-1)).toBeGreaterThan(0);
  });

  it("say which letters they are", () => {
    expect(match("bri", "Give Brightness")?.hits).toEqual([5, 6, 7]);
    expect(match("rain tin", "Bright rain on tin")?.hits).toEqual([7, 8, 9, 10, 15, 16, 17]);
    expect(match("ecran", "Écran")?.hits).toEqual([0, 1, 2, 3, 4]);
  });

  it("find nothing where a word is missing or letters lie far apart", () => {
    expect(match("rain snow", "Bright rain")).toBeNull();
    expect(match("bgs", "Brightness and other long names of songs")).toBeNull();
  });

  it("carry a value", () => {
    expect(withValue("bright 40")).toEqual({ words: "bright", value: "40" });
    expect(withValue("low cut 1.2 kHz")).toEqual({ words: "low cut", value: "1.2 kHz" });
    expect(withValue("tilt −3 dB")).toEqual({ words: "tilt", value: "−3 dB" });
    expect(withValue("bright")).toBeNull();
    expect(withValue("40")).toBeNull();
  });
});

describe("what is found", () => {
  const all = [
    entry("Pages", "Brighton"),
    entry("Controls", "Brightness", { here: true }),
    entry("Presets", "Harp rain", { words: "bright slow" }),
    entry("Do", "Record", { first: true }),
  ];

  it("stands in the groups' order, those that only their words found at the end", () => {
    expect(titles(findEntries(all, "bright", false))).toEqual([
      ["Controls", ["Brightness"]],
      ["Pages", ["Brighton"]],
      ["Presets", ["Harp rain"]],
    ]);
  });

  it("begins with the group of the best one", () => {
    expect(titles(findEntries([...all, entry("Controls", "Unrecorded")], "record", false))[0]).toEqual(["Do", ["Record"]]);
  });

  it("can be of this instrument only", () => {
    expect(titles(findEntries(all, "bright", true))).toEqual([["Controls", ["Brightness"]]]);
  });

  it("offers the first ones while nothing is asked", () => {
    expect(titles(findEntries(all, " ", false))).toEqual([["Do", ["Record"]]]);
  });
});
