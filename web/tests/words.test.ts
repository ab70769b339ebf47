import { describe, expect, it } from "vitest";
import { amount, controlTitle, noteName, title } from "../src/kit/words";
import { jobTitle, resultLines } from "../src/pages/jobs/describe";
import { changesOf, NAME_PATTERN } from "../src/pages/jobs/forms";
import { readFacts } from "../src/pages/models/facts";
import { performances, renderRequest } from "../src/panels/render";

describe("words", () => {
  it("reads names and numbers as players do", () => {
    expect(title("instrument/electric_piano_rhodes")).toBe("Electric piano rhodes");
    expect(controlTitle("yaw_velocity")).toBe("Yaw speed");
    expect(amount(-3.14159, -5, 5, "Hz")).toBe("−3.1 Hz");
    expect(noteName(60)).toBe("C4");
  });
  it("takes a model's own description with pieces missing", () => {
    expect(readFacts({}).data).toEqual([]);
    expect(readFacts({ provenance: { data: [{ clips: 3 }, null], metrics: { a: 1, b: {} } } })).toMatchObject({
      data: [{ clips: "3" }, { clips: "" }],
      metrics: [["a", "1"]],
    });
  });
});

describe("jobs", () => {
  it("have titles that say what they do", () => {
    expect(jobTitle({ kind: "render", request: { patch: { instrument: "face" } } })).toBe("Render of face");
    expect(jobTitle({ kind: "render", request: {} })).toBe("Render of a sound");
    expect(jobTitle({ kind: "train", request: { name: "mine", recipe: "drone" } })).toBe("Training mine from drone");
    expect(resultLines({ result: { duration_seconds: 2.5, steps: 3, other: {} } })).toEqual([
      ["Seconds", "2.50"],
      ["Steps", "3"],
    ]);
  });
  it("are asked for as the forms say", () => {
    expect(changesOf(" latent = 16 \n\n name=\"a = b\"")).toEqual(["latent=16", 'name="a = b"']);
    const name = new RegExp(`^(?:${NAME_PATTERN})$`, "v");
    expect(name.test("my-model_2")).toBe(true);
    for (const bad of ["", "../x", "a b", "x".repeat(61)]) expect(name.test(bad)).toBe(false);
    const set = { controls: {}, choices: {}, place: null, map: {}, moves: {}, tempo: 120 };
    const patch = { instrument: "face", bundle: null, seed: 0, ...set };
    const form = { upload: null, seconds: " 2.5", format: "flac", picture: true } as const;
    expect(renderRequest(patch, form)).toEqual({ kind: "render", patch, upload: null, seconds: 2.5, format: "flac", picture: true });
    expect(renderRequest(patch, { ...form, seconds: "" }).seconds).toBeNull();
    expect(performances(true, false)).toContain(".mid");
    expect(performances(false, true)).toContain(".csv");
    expect(performances(false, false)).toBeNull();
  });
});
