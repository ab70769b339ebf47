/** The stage: the picture and a few controls, by one key. */
import { expect, heard, keptPatch, play, SOON, test, visit } from "./studio";

test("one key hides all but the picture and pinned controls", { tag: "@ci" }, async ({ entered: page }) => {
  await page.addInitScript(() => {
    const locks = { asked: 0 };
    Object.assign(window, { locks });
    Object.defineProperty(navigator, "wakeLock", {
      value: { request: () => Promise.resolve(void locks.asked++).then(() => ({ release: () => Promise.resolve() })) },
    });
  });
  await page.reload();
  await visit(page, "Texture");
  await play(page);
  await heard(page);
  const canvas = page.locator(".picture canvas").first();
  await canvas.evaluate((one) => one.setAttribute("data-mark", "kept"));
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press("s");
  const controls = page.getByRole("region", { name: "Controls on the stage" });
  await expect(controls.getByRole("slider")).toHaveCount(2);
  await expect(page.getByRole("banner")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Record" })).toHaveCount(0);
  // The very same picture, as large as the window.
  await expect(page.locator("canvas[data-mark=kept]")).toBeVisible();
  await expect.poll(async () => (await page.locator(".picture").boundingBox())?.height).toBe(800);
  expect(await page.evaluate(() => (window as unknown as { locks: { asked: number } }).locks.asked)).toBeGreaterThan(0);
  // Hints go, keys stay.
  await expect(page.locator(".stage-hints")).toHaveAttribute("data-gone", "true", SOON);
  await controls.getByRole("slider", { name: "Brightness" }).press("End");
  await expect.poll(async () => (await keptPatch(page)).controls["brightness"], SOON).toBeGreaterThan(0);
  await page.keyboard.press("c");
  await expect(controls).toHaveCount(0);
  await page.keyboard.press("c");
  await expect(controls).toBeVisible();
  await page.keyboard.press("s");
  await expect(page.getByRole("banner")).toBeVisible();
  await heard(page);
  await expect(page.locator("canvas[data-mark=kept]")).toBeVisible();
});

test("a third control is pinned where it is moved, and stays pinned", async ({ entered: page }) => {
  await visit(page, "Texture");
  await page.getByRole("button", { name: "Let something move Size" }).click();
  await page.getByRole("button", { name: "Pin to the stage" }).click();
  await page.keyboard.press("Escape");
  await page.reload();
  await page.getByRole("slider", { name: "Brightness" }).waitFor();
  await page.keyboard.press("s");
  const names = page.getByRole("region", { name: "Controls on the stage" }).locator(".control-name");
  await expect(names).toHaveText(["Brightness", "Rate", "Size"]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("banner")).toBeVisible();
});
