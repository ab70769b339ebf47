/** One session for all instruments: its sound, its take, what moves in it. */
import type { Preset } from "../src/generated/api";
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

test("a preset of the factory that holds a map: a face of held keys opens the sound", { tag: "@ci" }, async ({ entered: page }) => {
  const ears = new Ears(page);
  await visit(page, "Texture");
  // Any that lets the mouth open High cut: the list of the factory may change.
  const name = await page.evaluate(async () => {
    const presets = (await (await fetch("/api/presets?instrument=texture")).json()) as Preset[];
    const lets = ({ factory, patch }: Preset) => factory && patch.map["high_hz"]?.from.includes("mouth");
    return presets.find(lets)?.name ?? null;
  });
  expect(name, "no preset of the factory lets the mouth move High cut").not.toBeNull();
  // While the instrument is being changed, what opens over the page closes again.
  await page.getByRole("button", { name: /High cut/ }).first().waitFor();
  await page.locator("#preset").click();
  const presets = page.getByRole("dialog", { name: "Presets" });
  await presets.getByRole("searchbox", { name: "Find a preset" }).fill(name!);
  await presets.getByRole("button", { name: new RegExp(`^${name!}`) }).click();
  await expect(page.locator("#preset")).toContainText(name!, SOON);
  await page.keyboard.press("Escape");
  await play(page);
  await heard(page);

  // What moves it is told on the control; there the keys M, B, J and L become the face.
  await page.getByRole("button", { name: /^High cut is moved by/ }).click();
  await page.getByRole("dialog", { name: "What moves High cut" }).getByRole("button", { name: /^Keys M/ }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: /^High cut is moved by Mouth open/ })).toBeAttached();
  // High against low, a moment each: nothing else of the preset moves it as far.
  const bright = () => ears.power(5000, 4096) - ears.power(300, 4096);
  const most = async (enough: (seen: number[]) => boolean) => {
    const seen: number[] = [];
    await expect.poll(() => (seen.push(bright()), enough(seen)), { ...SOON, intervals: [90] }).toBe(true);
  };
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const settled = (at: (value: number) => boolean) => (seen: number[]) => seen.length >= 12 && at(mean(seen.slice(-12)));
  let closed = 0;
  await most(settled((value) => ((closed = value), true)));
  await page.keyboard.down("m");
  await most(settled((value) => value > closed + 15));
  await page.keyboard.up("m");
  await most(settled((value) => value < closed + 8));
});
