import { expect, it, vi } from "vitest";

vi.hoisted(() => Object.assign(globalThis, { addEventListener: () => undefined, sessionStorage: { getItem: () => null } }));

const { beatsTo, eventsOf } = await import("../src/play/phrase");

const phrase = {
  beats: 4,
  notes: [
    { note: 60, velocity: 90, start: 0, beats: 2 },
    { note: 60, velocity: 80, start: 2, beats: 4 },
  ],
};

it("a key goes up before it is hit again, and at the latest when the turn ends", () => {
  expect(eventsOf(phrase)).toEqual([
    { beat: 0, data: [0x90, 60, 90] },
    { beat: 2, data: [0x80, 60, 0] },
    { beat: 2, data: [0x90, 60, 80] },
    { beat: 4, data: [0x80, 60, 0] },
  ]);
});

it("the steps of a turn are as long as the turn", () => {
  const events = eventsOf(phrase);
  const steps = events.map((_, next) => beatsTo(events, next, phrase.beats));
  expect(steps).toEqual([0, 2, 0, 2]);
  expect(steps.reduce((sum, one) => sum + one)).toBe(phrase.beats);
});
