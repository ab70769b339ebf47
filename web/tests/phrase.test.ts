import { expect, it, vi } from "vitest";

/** What the modules around the phrase look at while they are read. */
vi.stubGlobal("sessionStorage", { getItem: () => null, setItem: () => undefined });
vi.stubGlobal("addEventListener", () => undefined);
const { timedPhrase } = await import("../src/midi/phrase");

const phrase = {
  beats: 4,
  notes: [
    { note: 60, velocity: 90, start: 0, beats: 1 },
    { note: 60, velocity: 80, start: 1, beats: 1 },
    { note: 67, velocity: 70, start: 2, beats: 3 },
  ],
};

it("a key goes up before it is hit again, and at the latest with the turn", () => {
  expect(timedPhrase(phrase)).toEqual([
    { at: 0, data: [0x90, 60, 90] },
    { at: 1, data: [0x80, 60, 0] },
    { at: 1, data: [0x90, 60, 80] },
    { at: 2, data: [0x80, 60, 0] },
    { at: 2, data: [0x90, 67, 70] },
    { at: 4, data: [0x80, 67, 0] },
  ]);
});
