import { describe, expect, it } from "vitest";
import type { Requirement } from "../src/generated/api";
import { leftInWords, spanInWords } from "../src/panels/job-times";
import { resultLines } from "../src/pages/jobs/describe";
import { codecOf, ignoredLine, lackedFor, nameFor } from "../src/pages/models/import";
import { msOf, readMs, travelOf } from "../src/pages/settings/buffer";
import { textToPatch, patchToText, wholePatch } from "../src/play/patch";

describe("times of jobs in words", () => {
  it("says nothing while nobody knows, and never more than is known", () => {
    expect(leftInWords(null)).toBe("");
    expect(leftInWords(3)).toBe("a few seconds left");
    expect(leftInWords(12.4)).toBe("about 12 s left");
    expect(leftInWords(41)).toBe("about 40 s left");
    expect(leftInWords(58)).toBe("about 1 min left");
    expect(leftInWords(200)).toBe("about 3 min left");
    expect(leftInWords(3590)).toBe("about 1 h left");
    expect(leftInWords(5400)).toBe("about 1.5 h left");
  });

  it("writes spans as people say them", () => {
    expect([0, 12, 60, 200, 3600, 3900].map(spanInWords)).toEqual(["0 s", "12 s", "1 min", "3 min 20 s", "1 h", "1 h 5 min"]);
  });
});

describe("what is imported", () => {
  it("is named after its file, as the server takes names", () => {
    expect(nameFor("Somebody's net.v2.pkl")).toBe("Somebody-s-net-v2");
    expect(nameFor("...resonance")).toBe("");
  });

  it("is read as sound only where that is said", () => {
    const given = new FormData();
    expect(codecOf(given)).toEqual({});
    for (const [name, value] of Object.entries({ sound: "on", sample_rate: "16000", n_fft: "512", hop: "128", rows: "lowest-first", scale: "mel" }))
      given.set(name, value);
    expect(codecOf(given)).toEqual({ sample_rate: 16000, n_fft: 512, hop: 128, rows: "lowest-first", scale: "mel" });
  });

  it("needs what its ending needs, however it is spelled", () => {
    const common: Requirement = { kind: "import", subject: "", title: "", ready: true, missing: [], line: "", command: "" };
    const imports = [
      { ...common, subject: ".resonance", ready: true },
      { ...common, subject: ".pt", ready: false },
    ];
    expect(lackedFor("Net.PT", imports)?.subject).toBe(".pt");
    expect(lackedFor("a.resonance", imports)).toBeNull();
    expect(lackedFor("a.pt", [])).toBeNull();
  });

  it("says what is left out, and counts the rest of many", () => {
    expect(ignoredLine(["D", "datetime.datetime"])).toBe("D, datetime.datetime");
    expect(ignoredLine(Array.from({ length: 11 }, (_, k) => `p${k}`))).toMatch(/p7 and 3 more$/);
    expect(resultLines({ result: { bundle: "mine", ignored: ["D", "g_optim"] } })).toEqual([
      ["Model", "mine"],
      ["Left out", "D, g_optim"],
    ]);
    expect(resultLines({ result: { ignored: [] } })).toEqual([]);
  });

  it("is played by an address that carries its bundle", () => {
    const link = patchToText(wholePatch({ instrument: "texture", bundle: "mine" }));
    expect(textToPatch(link)).toMatchObject({ instrument: "texture", bundle: "mine", controls: {}, moves: {} });
  });
});

describe("the buffer as a control", () => {
  it("goes from 10 to 400 ms in steps that can be told, and takes typed values", () => {
    expect([0, 1].map(msOf)).toEqual([10, 400]);
    for (const ms of [10, 23, 50, 120, 400]) expect(msOf(travelOf(ms))).toBe(ms);
    expect(msOf(readMs("80 ms")!)).toBe(80);
    expect(msOf(readMs("9000")!)).toBe(400);
    expect(readMs("loud")).toBeNull();
    expect(readMs("80 to 90")).toBeNull();
  });
});
