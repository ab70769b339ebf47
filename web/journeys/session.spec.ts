/** One session for all instruments: its sound, its take, what moves in it. */
import { Ears } from "./ears";
import { expect, heard, keptPatch, play, SOON, still, test, visit } from "./studio";

test("after Stop another instrument plays and is heard", { tag: "@ci" }, async ({ entered: page }) => {
  await visit(page, "Texture");
  await play(page);
  await heard(page);
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await still(page);
  await visit(page, "Face");
  await play(page);
  await page.getByRole("button", { name: "Next preset" }).click();
  await heard(page);
});

test("the sound and the take go on from instrument to instrument, and on every page", { tag: "@ci" }, async ({ entered: page }) => {
  const ears = new Ears(page);
  await visit(page, "Texture");
  await play(page);
  await heard(page);
  await page.getByRole("button", { name: "Record", exact: true }).click();
  const recording = page.getByRole("button", { name: "Stop recording" });
  await recording.waitFor(SOON);
  const from = ears.seconds;
  await visit(page, "Settings");
  await expect(page.getByRole("button", { name: "Stop", exact: true })).toBeVisible();
  await visit(page, "Face");
  await expect.poll(async () => (await keptPatch(page)).instrument, SOON).toBe("face");
  await expect(page.getByRole("slider", { name: "Speed", exact: true })).toBeAttached(SOON);
  await expect(recording).toBeVisible();
  await recording.click();
  const kept = page.getByText(/^The take is kept: /);
  await kept.waitFor(SOON);
  const seconds = Number(/[\d.]+/.exec(await kept.innerText())![0]);
  const there = ears.seconds - from;
  // All that was pulled meanwhile is in the take; a click takes a moment at either end.
  expect(seconds).toBeGreaterThan(there - 1.5);
  expect(seconds).toBeLessThan(there + 1.5);
});

test("an LFO on a slider is heard in two clicks", { tag: "@ci" }, async ({ entered: page }) => {
  const ears = new Ears(page);
  await visit(page, "Texture");
  await play(page);
  await heard(page);
  await page.getByRole("button", { name: "Let something move High cut" }).click();
  await page.getByRole("button", { name: "Square", exact: true }).click();
  await expect(page.getByRole("button", { name: /^High cut is moved by/ })).toBeAttached();
  const length = page.getByRole("slider", { name: "Length" });
  for (let k = 0; k < 2; k++) await length.press("ArrowLeft");
  await page.getByRole("slider", { name: "Depth" }).press("End");
  await page.keyboard.press("Escape");
  // Two beats of 120 a minute: bright and dark half a second each.
  const seen: number[] = [];
  const spread = () => {
    seen.push(ears.power(3000, 4096) - ears.power(150, 4096));
    return Math.max(...seen) - Math.min(...seen);
  };
  await expect.poll(spread, { timeout: 20_000, intervals: [90] }).toBeGreaterThan(12);
  const kept = async () => (await keptPatch(page)).moves["high_hz"];
  await expect.poll(kept, SOON).toMatchObject({ kind: "lfo", shape: "square", depth: 1 });
});
