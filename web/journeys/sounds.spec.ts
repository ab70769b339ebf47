/** Ways through the latent space, and ways back. */
import { Ears, apart } from "./ears";
import { expect, heard, keptPatch, play, SOON, test, visit } from "./studio";

const WHERE = ["Top left", "Top right", "Bottom left", "Bottom right"] as const;

test("a pad between four sounds: each corner is its sound, the middle is all of them", { tag: "@ci" }, async ({ entered: page }) => {
  const ears = new Ears(page);
  await visit(page, "Face");
  const names = await page.getByRole("combobox", { name: WHERE[0] }).locator("option").evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
  const four = [0, 1, 2, 3].map((k) => names[Math.floor((k * (names.length - 1)) / 3)]!);
  expect(new Set(four).size).toBe(4);
  for (const [k, name] of four.entries()) await page.getByRole("combobox", { name: WHERE[k]! }).selectOption(name);
  await play(page);
  await heard(page);

  const pad = page.getByRole("slider", { name: "Between four sounds" });
  // Not quite at the edge: the corners are round.
  const at = async (x: number, y: number) => {
    await pad.scrollIntoViewIfNeeded();
    const box = (await pad.boundingBox())!;
    return [box.x + 5 + x * (box.width - 10), box.y + 5 + y * (box.height - 10)] as const;
  };
  const weights = async () => (await keptPatch(page)).place?.weights ?? {};
  /** A second of sound after the way there, so that nothing of the old place is in it. */
  const timbre = async () => {
    const from = ears.seconds;
    await expect.poll(() => ears.seconds - from, SOON).toBeGreaterThan(2);
    return ears.timbre();
  };
  const goTo = async (k: number) => {
    await page.mouse.click(...(await at(k % 2, k >> 1)));
    await expect.poll(async () => (await weights())[four[k]!] ?? 0, SOON).toBeGreaterThan(0.9);
    return timbre();
  };
  const [first, far, again] = [await goTo(0), await goTo(3), await goTo(0)];
  const figures = `the same corner again: ${apart(first, again).toFixed(1)} dB; the opposite one: ${apart(first, far).toFixed(1)} dB`;
  console.log(figures);
  expect(apart(first, far), figures).toBeGreaterThan(1.5 * apart(first, again));

  for (const [k, name] of [...four.entries()].slice(1, 3)) {
    await page.mouse.click(...(await at(k % 2, k >> 1)));
    await expect.poll(async () => (await weights())[name] ?? 0, SOON).toBeGreaterThan(0.9);
  }
  await page.mouse.move(...(await at(0, 0)));
  await page.mouse.down();
  await page.mouse.move(...(await at(0.5, 0.5)), { steps: 5 });
  await page.mouse.up();
  for (const name of four) await expect.poll(async () => (await weights())[name] ?? 0, SOON).toBeCloseTo(0.25, 1);
  // The arrow keys move it as well, and the page says where it is.
  await pad.focus();
  for (let k = 0; k < 10; k++) await page.keyboard.press("ArrowRight");
  await expect.poll(async () => (await weights())[four[1]!] ?? 0, SOON).toBeGreaterThan(0.3);
  await expect(pad).toHaveAttribute("aria-valuetext", /percent/);
  await page.getByRole("button", { name: "Follow the performer" }).click();
  await expect.poll(async () => (await keptPatch(page)).place, SOON).toBeNull();
});

test("randomise, undo, redo; A and B", { tag: "@ci" }, async ({ entered: page }) => {
  await visit(page, "Face");
  const place = async () => (await keptPatch(page)).place?.w ?? null;
  const gain = page.getByRole("slider", { name: "Gain", exact: true });
  const shown = () => gain.getAttribute("aria-valuenow");

  expect(await place()).toBeNull();
  const dice = page.getByRole("button", { name: "Randomise" });
  await dice.click();
  await expect.poll(place, SOON).not.toBeNull();
  const first = (await place())!;
  expect(first.length).toBeGreaterThan(8);
  await dice.click();
  await expect.poll(place, SOON).not.toEqual(first);
  const second = (await place())!;

  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(place, SOON).toEqual(first);
  await page.keyboard.press("Control+z");
  await expect.poll(place, SOON).toBeNull();
  await expect(page.getByRole("button", { name: "Undo" })).toBeDisabled();
  await page.keyboard.press("Control+Shift+z");
  await expect.poll(place, SOON).toEqual(first);
  await page.getByRole("button", { name: "Redo" }).click();
  await expect.poll(place, SOON).toEqual(second);
  await expect(page.getByRole("button", { name: "Redo" })).toBeDisabled();

  // B begins as A is; from there each keeps what is its own.
  const rest = await shown();
  const onB = page.getByRole("button", { name: "Side B, go to the other" });
  await page.getByRole("button", { name: "Side A, go to the other" }).click();
  await expect(onB).toBeVisible();
  await gain.press("Home");
  const low = await gain.getAttribute("aria-valuemin");
  await expect(gain).toHaveAttribute("aria-valuenow", low!);
  await onB.click();
  await expect(gain).toHaveAttribute("aria-valuenow", rest!);
  await page.keyboard.press("Control+b");
  await expect(gain).toHaveAttribute("aria-valuenow", low!);
});
