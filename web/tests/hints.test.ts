import { expect, it } from "vitest";
import { DRAG_AT, HEART_AT, hintAt, OVER_AT, type Minute } from "../src/start/hints";

const at = (seconds: number, more: Partial<Minute> = {}) =>
  hintAt({ seconds, dragged: false, moved: false, kept: false, closed: [], ...more });

it("one hint at a time, each until it was done or closed", () => {
  expect(at(DRAG_AT - 1)).toBeNull();
  expect(at(DRAG_AT)).toBe("drag");
  expect(at(10, { dragged: true })).toBe("lfo");
  expect(at(10, { dragged: true, moved: true })).toBeNull();
  expect(at(10, { closed: ["drag"] })).toBeNull();
  expect(at(10, { dragged: true, closed: ["drag", "lfo"] })).toBeNull();
});

it("the heart comes at half a minute, then never again", () => {
  expect(at(HEART_AT)).toBe("heart");
  expect(at(HEART_AT, { kept: true })).toBe("over");
  expect(at(HEART_AT, { closed: ["heart"] })).toBe("over");
  expect(at(OVER_AT)).toBe("over");
});
