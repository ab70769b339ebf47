import { describe, expect, it } from "vitest";
import type { Patch } from "../src/generated/wire";
import { nothing, redo, remember, undo } from "../src/play/history";
import { patchToText, samePatch, textToPatch } from "../src/play/patch";
import { fromTravel, toTravel } from "../src/kit/travel";

const patch: Patch = {
  instrument: "notes",
  bundle: null,
  seed: 3,
  controls: { reverb: 0.25, pan: 64 },
  choices: { instrument: "cello" },
  place: { w: null, weights: { "instrument/cello": 0.5 } },
  map: { pan: { from: ["cc21"], low: 0, high: 127 } },
  moves: { reverb: { kind: "lfo", shape: "sine", beats: 8, depth: 0.28 } },
  tempo: 96,
};

describe("patches", () => {
  it("come back from a link", () => {
    expect(textToPatch(patchToText(patch))).toEqual(patch);
    expect(patchToText(patch)).toMatch(/^[\w-]+$/);
  });
  it("are null where a link carries none", () => {
    for (const text of ["", "%%%", btoa("7"), btoa('{"instrument":4}')]) expect(textToPatch(text)).toBeNull();
  });
  it("are the same in any order of their entries", () => {
    expect(samePatch(patch, { ...patch, controls: { pan: 64, reverb: 0.25 } })).toBe(true);
    expect(samePatch(patch, { ...patch, controls: { pan: 65, reverb: 0.25 } })).toBe(false);
    expect(samePatch(patch, { ...patch, moves: {} })).toBe(false);
    expect(samePatch(patch, { ...patch, tempo: 97 })).toBe(false);
  });
});

describe("history", () => {
  it("goes back and forward, and a new step ends the way forward", () => {
    let history = remember(remember(nothing<string>(), "a"), "b");
    const back = undo(history, "c")!;
    expect(back[1]).toBe("b");
    expect(redo(back[0], "b")![1]).toBe("c");
    history = remember(back[0], "b");
    expect(redo(history, "x")).toBeNull();
    expect(undo(nothing<string>(), "a")).toBeNull();
  });
});

describe("axes", () => {
  it("turns frequencies into travel and back", () => {
    const range = { low: 0, high: 24_000, unit: "Hz" };
    expect(fromTravel(range, toTravel(range, 440))).toBeCloseTo(440);
    expect(fromTravel(range, 0)).toBe(0);
    expect(fromTravel(range, 1)).toBeCloseTo(24_000);
  });
});
