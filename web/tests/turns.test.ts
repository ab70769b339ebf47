import { expect, test } from "vitest";
import { inTurn, isBehind } from "../src/play/turns";

const later = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

test("what takes long is not overtaken, and what fails stops nothing", async () => {
  const ended: string[] = [];
  const long = inTurn(() => later(20).then(() => ended.push("long")));
  const broken = inTurn(() => later(5).then(() => Promise.reject(new Error("broken"))));
  const short = inTurn(() => Promise.resolve(ended.push("short")));
  expect(isBehind()).toBe(true);
  await expect(broken).rejects.toThrow("broken");
  await Promise.all([long, short]);
  expect(ended).toEqual(["long", "short"]);
  expect(isBehind()).toBe(false);
});
