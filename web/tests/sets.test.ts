import { expect, it } from "vitest";
import { isSet } from "../src/kit/set-name";
import { brings, nameOf, replacing } from "../src/sets/words";

it("says what a set brings, and nothing where all of it is here", () => {
  const preset = { name: "Low tide", instrument: "face", line: "", replaces: false, picture: null };
  expect(brings({ presets: [preset, preset], recipes: ["still"], bundles: ["mine"] })).toBe("2 presets, 1 recipe and 1 model");
  expect(brings({ presets: [preset], recipes: [], bundles: [] })).toBe("1 preset");
  expect(brings({ presets: [], recipes: [], bundles: [] })).toBe("");
});

it("names what would be replaced, and counts the rest of many", () => {
  expect(replacing(["preset face/Low tide", "bundle mine"])).toBe("preset face/Low tide and model mine");
  expect(replacing(Array.from({ length: 9 }, (_, k) => `recipe r${k}`))).toMatch(/recipe r4 and 4 more$/);
});

it("knows a set by its name, and names one as the server takes names", () => {
  expect(isSet({ name: "Friday.Resonance-Set" })).toBe(true);
  expect(isSet({ name: "friday.resonance" })).toBe(false);
  expect(nameOf("_Friday night: live!")).toBe("Friday-night-live");
  expect(nameOf("...")).toBe("");
});
