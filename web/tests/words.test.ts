import { describe, expect, it } from "vitest";
import { amount, controlTitle, controlTold, loadingWords, noteName, plainNumber, readAmount, title } from "../src/kit/words";
import { resultLines } from "../src/pages/jobs/describe";
import { jobTitle } from "../src/panels/job-title";
import { changesOf, NAME_PATTERN } from "../src/pages/jobs/forms";
import { readFacts } from "../src/pages/models/facts";
import { masteringOf, PLAIN } from "../src/panels/finish";
import { performances, renderRequest } from "../src/panels/render";

describe("words", () => {
  it("reads names and numbers as players do", () => {
    expect(title("instrument/electric_piano_rhodes")).toBe("Electric piano rhodes");
    expect(controlTitle("yaw_velocity")).toBe("Turning");
    const slider = { name: "brightness", low: -5, high: 5, unit: "steps" };
    expect(amount(-1.2, slider)).toBe("−24 %");
    expect(amount(1.9, slider)).toBe("+38 %");
    expect(amount(0, slider)).toBe("0 %");
    expect(amount(24000, { low: 20, high: 24000, unit: "Hz" })).toBe("24 kHz");
    expect(amount(1, { low: -2, high: 2, unit: "x" })).toBe("1.0×");
    expect(amount(-96, { name: "gate_db", low: -96, high: 0, unit: "dB" })).toBe("off");
    expect(amount(64, { name: "pan", low: 0, high: 127, unit: "" })).toBe("centre");
    expect(amount(0.06, { low: 0, high: 2, unit: "s" })).toBe("60 ms");
    expect(noteName(60)).toBe("C4");
  });
  it("takes back what it shows, and what is typed", () => {
    const ranges = [
      { name: "brightness", low: -5, high: 5, unit: "steps" },
      { name: "high_hz", low: 20, high: 24000, unit: "Hz" },
      { name: "speed", low: -2, high: 2, unit: "x" },
      { name: "gate_db", low: -96, high: 0, unit: "dB" },
      { name: "glide_seconds", low: 0, high: 2, unit: "s" },
      { name: "pan", low: 0, high: 127, unit: "" },
      { name: "reverb", low: 0, high: 1, unit: "" },
    ];
    for (const range of ranges) {
      for (const part of [0, 0.1, 0.5, 0.9, 1]) {
        const value = range.low + part * (range.high - range.low);
        const shown = amount(value, range);
        expect(amount(readAmount(shown, range)!, range)).toBe(shown);
      }
    }
    expect(readAmount("+40 %", ranges[0]!)).toBe(2);
    expect(readAmount("2.4 kHz", ranges[1]!)).toBe(2400);
    expect(readAmount("a♯3", { low: 0, high: 127, unit: "MIDI number" })).toBe(58);
    expect(readAmount("loud", ranges[0]!)).toBeNull();
  });
  it("reads exponents, and refuses what is more than a number and its unit", () => {
    const told: [string, number][] = [["1e3", 1000], ["2.5E-2 s", 0.025], ["−1,5e+2", -150], [".5", 0.5], ["5.", 5], ["3×", 3], ["5k", 5], ["+1.0 dB/oct", 1], ["−40 % left", -40], ["±25 %, turned", 25], ["30 % who speaks", 30], ["2 bars", 2], ["45 °/s", 45]];
    for (const [text, number] of told) expect(plainNumber(text), text).toBe(number);
    for (const text of ["1e", "1e9999", "0x10", "1.2.3", "10 to 20", "1 000", "12 apples", "about 3", "--3", "", "%"]) expect(plainNumber(text), text).toBeNull();
    const hertz = { name: "high_hz", low: 20, high: 24000, unit: "Hz" };
    expect([readAmount("1e4", hertz), readAmount("1e1 kHz", hertz), readAmount("1e4 apples", hertz)]).toEqual([10_000, 10_000, null]);
    const sustain = { name: "sustain", low: 0, high: 127, unit: "" };
    expect([readAmount("down", sustain), readAmount("up", sustain)]).toEqual([127, 0]);
    expect(readAmount("cello", { name: "pan", low: 0, high: 127, unit: "" })).toBeNull();
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
    const form = { upload: null, seconds: " 2.5", finish: { ...PLAIN, format: "flac" as const }, rate: null, picture: true };
    const asked = { kind: "render", patch, upload: null, seconds: 2.5, format: "flac", picture: true, mastering: masteringOf(PLAIN) };
    expect(renderRequest(patch, form)).toEqual({ ...asked, rate: null, channels: null });
    expect(renderRequest(patch, { ...form, rate: 48_000 })).toEqual({ ...asked, rate: 48_000, channels: 2 });
    expect(renderRequest(patch, { ...form, seconds: "" }).seconds).toBeNull();
    const finish = { format: "wav", loudness: "-16", fadeIn: "", fadeOut: "2.5", bits: "dither" } as const;
    expect(masteringOf(finish)).toEqual({ loudness: -16, fade_in: 0, fade_out: 2.5, bits: 16, dither: true });
    expect(masteringOf({ ...finish, format: "mp3", loudness: " " })).toMatchObject({ loudness: null, bits: null, dither: false });
    expect(performances(true, false)).toContain(".mid");
    expect(performances(false, true)).toContain(".csv");
    expect(performances(false, false)).toBeNull();
  });
});

it("no two controls of one instrument have one name", () => {
  const names = ["flow", "flow_speed", "spin", "spin_speed", "dx", "dy", "harmony_x", "harmony_y", "mood_energy", "mood_light", "mood_x", "mood_y", "rms"];
  expect(new Set(names.map(controlTitle)).size).toBe(names.length);
  expect(["mood_x", "mood_y", "warmth"].map(controlTold)).toEqual(["Which mood", "Which mood", "Warmth"]);
});

it("says what is loaded, and how many where that is known", () => {
  expect(loadingWords(12, 2)).toBe("Loading 12 sounds, about 2 s");
  expect(loadingWords(0, 1)).toBe("Loading sounds, about 1 s");
});
