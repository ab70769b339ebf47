/** Ways through the latent space, and ways back. */
import type { Page } from "@playwright/test";
import { Ears, apart } from "./ears";
import { expect, heard, keptPatch, play, SOON, test } from "./studio";

const WHERE = ["top left", "top right", "bottom left", "bottom right"] as const;
const FOUR = [
  ["rain_thunder", "Storm rain"],
  ["bell_chime", "Chime"],
  ["impact_thud", "Thud"],
  ["insects", "Crickets"],
] as const;

const corner = (page: Page, k: number) => page.locator(`.corner-${k}`);

test("a pad between four sounds: each corner is its sound, the middle is all of them", async ({ entered: page, studio }) => {
  test.setTimeout(180_000);
  const ears = new Ears(page);
  await page.goto(`http://127.0.0.1:${studio.port}/texture/corners`);
  // By words, with the keys alone; and by its picture.
  await corner(page, 0).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("searchbox", { name: "Find a sound" }).fill("storm");
  await expect(page.getByRole("dialog").getByRole("listitem").first()).toContainText(FOUR[0][1], SOON);
  await page.keyboard.press("Enter");
  await expect(corner(page, 0)).toHaveAccessibleName(`${FOUR[0][1]}, ${WHERE[0]}: choose another sound`);
  await expect(corner(page, 0)).toBeFocused();
  for (const [k, [, title]] of [...FOUR.entries()].slice(1)) {
    await corner(page, k).click();
    await page.getByRole("dialog", { name: `Sound at the ${WHERE[k]}` }).getByRole("button", { name: title }).click();
    await expect(corner(page, k)).toContainText(title);
  }
  await play(page);
  await heard(page);

  const weights = async () => (await keptPatch(page)).place?.weights ?? {};
  /** Seconds of sound after the way there, so that nothing of the old place is in it. */
  const timbre = async () => {
    const from = ears.seconds;
    await expect.poll(() => ears.seconds - from, SOON).toBeGreaterThan(3);
    return ears.timbre();
  };
  const goTo = async (k: number) => {
    await corner(page, k).dblclick();
    await expect.poll(weights, SOON).toEqual({ [FOUR[k]![0]]: 1 });
    return timbre();
  };
  const [first, far, again] = [await goTo(0), await goTo(1), await goTo(0)];
  const figures = `the same corner again: ${apart(first, again).toFixed(1)} dB; another one: ${apart(first, far).toFixed(1)} dB`;
  console.log(figures);
  expect(apart(first, far), figures).toBeGreaterThan(1.5 * apart(first, again));

  const pad = (await page.locator(".corner-pad").boundingBox())!;
  const ring = page.getByRole("slider", { name: "Between four sounds" });
  const from = (await ring.boundingBox())!;
  await page.mouse.move(from.x + 12, from.y + 16);
  await page.mouse.down();
  await page.mouse.move(pad.x + pad.width / 2, pad.y + pad.height / 2, { steps: 5 });
  await page.mouse.up();
  for (const [name] of FOUR) await expect.poll(async () => (await weights())[name] ?? 0, SOON).toBeCloseTo(0.25, 1);
  // The arrow keys move it as well, and the page says where it is.
  await ring.focus();
  for (let k = 0; k < 10; k++) await page.keyboard.press("ArrowRight");
  await expect.poll(async () => (await weights())[FOUR[1][0]] ?? 0, SOON).toBeGreaterThan(0.3);
  await expect(ring).toHaveAttribute("aria-valuetext", /Chime \d+ percent/);
  await page.reload();
  await expect(corner(page, 3)).toContainText(FOUR[3][1], SOON);
});

test("surprise, undo, redo; A and B", { tag: "@ci" }, async ({ entered: page, studio }) => {
  test.setTimeout(120_000);
  await page.goto(`http://127.0.0.1:${studio.port}/texture`);
  const dice = page.getByRole("button", { name: "Surprise me" });
  await expect(dice).toBeEnabled(SOON);
  const place = async () => (await keptPatch(page)).place?.w ?? null;

  expect(await place()).toBeNull();
  await dice.click();
  await expect.poll(place, SOON).not.toBeNull();
  const first = (await place())!;
  expect(first.length).toBeGreaterThan(8);
  await expect(page.getByText("Somewhere else")).toBeVisible();
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

  // Each of the two sounds keeps what is its own.
  const b = page.getByRole("button", { name: "Sound B" });
  await b.click();
  await expect(b).toHaveAttribute("aria-pressed", "true");
  await dice.click();
  await expect.poll(place, SOON).not.toEqual(second);
  const third = await place();
  await page.getByRole("button", { name: "Sound A" }).click();
  await expect.poll(place, SOON).toEqual(second);
  await b.click();
  await expect.poll(place, SOON).toEqual(third);
});
