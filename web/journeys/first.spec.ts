/** The first minute: one press is a sound, and the next visit begins where the last one ended. */
import { expect, heard, SOON, still, test } from "./studio";

const INSTRUMENTS = ["Face", "Texture", "Notes"];

for (const instrument of INSTRUMENTS) {
  test(`from the first screen, one press: ${instrument} is heard`, { tag: "@ci" }, async ({ troubles, page, studio }) => {
    await page.goto(await studio.open());
    await expect(page).toHaveURL(/\/start$/);
    await expect(page.getByRole("banner")).toHaveCount(0);
    await page.getByRole("button", { name: new RegExp(`^${instrument}`) }).click();
    await heard(page, -50);
    await expect(page).toHaveURL(new RegExp(`/${instrument.toLowerCase()}$`));
    await expect(page.getByRole("group", { name: "Preset" })).not.toContainText("No preset");
    expect(troubles).toEqual([]);
  });
}

test("while the page's program is under way, that is said", { tag: "@ci" }, async ({ page, studio }) => {
  const opening = page.getByText("The studio is opening");
  let go = () => {};
  const late = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/assets/*.js", async (route) => {
    await late;
    await route.continue();
  });
  await page.goto(await studio.open(), { waitUntil: "commit" });
  await expect(opening).toBeVisible();
  go();
  await expect(page.locator(".start-card")).toHaveCount(5);
  await expect(opening).toHaveCount(0);
});

test("all instruments and what else the first screen offers are in sight of a small laptop", { tag: "@ci" }, async ({ page, studio }) => {
  await page.goto(await studio.open());
  await page.setViewportSize({ width: 1280, height: 720 });
  const cards = page.locator(".start-card");
  await expect(cards).toHaveCount(5);
  const tops = await cards.evaluateAll((all) => all.map((card) => card.getBoundingClientRect().top));
  expect(new Set(tops).size).toBe(1);
  // Voice has no preset to show.
  await expect(cards.filter({ hasText: "Voice" }).locator(".picture-tile").first()).toBeInViewport(SOON);
  await expect(page.getByRole("button", { name: "Take the one-minute tour" })).toBeInViewport({ ratio: 1 });
});

test("the studio opens where it was left; the last session is on the first screen", async ({ page, context, studio }) => {
  await page.goto(await studio.open());
  await expect(page.getByRole("button", { name: "Open my last session" })).toHaveCount(0);
  await page.getByRole("button", { name: /^Texture/ }).click();
  await heard(page, -50);
  await page.keyboard.press("BracketRight");
  const preset = page.locator("#preset");
  await expect(preset).not.toHaveText("");
  const name = await preset.innerText();
  await page.close();

  const next = await context.newPage();
  await next.goto(`http://127.0.0.1:${studio.port}/`);
  await expect(next).toHaveURL(/\/texture$/);
  await expect(next.locator("#preset")).toHaveText(name, SOON);
  await next.getByRole("link", { name: "Latent Resonance: start" }).click();
  await next.getByRole("button", { name: "Open my last session" }).click();
  await heard(next, -50);
  await expect(next.locator("#preset")).toHaveText(name);
});

test("the phrase of a preset plays until a key is hit", async ({ page, studio }) => {
  await page.goto(await studio.open());
  await page.getByRole("button", { name: /^Notes/ }).click();
  await heard(page, -50);
  await page.locator("[data-note]").first().click();
  await still(page);
});
