/** One field that reaches everything. */
import type { Page } from "@playwright/test";
import { expect, keptPatch, play, SOON, test, visit } from "./studio";

const ask = async (page: Page, words: string) => {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Find anything" }).fill(words);
};
const option = (page: Page, name: string | RegExp) => page.getByRole("option", { name }).first();

test("sets a value, gives an LFO, goes to pages and presets of other instruments", { tag: "@ci" }, async ({ entered: page }) => {
  await visit(page, "Texture");
  await ask(page, "bright 40");
  await expect(option(page, /^Brightness to/)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("slider", { name: "Brightness" })).toHaveAttribute("aria-valuetext", "+40 %");

  await ask(page, "rate lfo");
  await expect(option(page, "Give Rate")).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await keptPatch(page)).moves["rate"]?.kind, SOON).toBe("lfo");

  await ask(page, "settings");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/settings$/);

  await ask(page, "");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await ask(page, "cello");
  await option(page, /Notes/).click(SOON);
  await expect(page).toHaveURL(/\/notes$/);
  await expect(page.locator("#preset")).toHaveText(/cello/i, SOON);
});

test("arrows choose, Tab stays with this instrument, nothing found says so", async ({ entered: page }) => {
  await visit(page, "Texture");
  await play(page);
  await ask(page, "r");
  const chosen = page.getByRole("option", { selected: true });
  const first = await chosen.innerText();
  await page.keyboard.press("ArrowDown");
  await expect(chosen).not.toHaveText(first);
  await page.keyboard.press("ArrowUp");
  await expect(chosen).toHaveText(first);
  const field = page.getByRole("combobox", { name: "Find anything" });
  await field.fill("cello");
  await expect(option(page, /cello/i)).toBeVisible(SOON);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("status").filter({ hasText: "Nothing is called" })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(option(page, /cello/i)).toBeVisible();
  await field.fill("stop");
  await option(page, /^Play, stop/).click();
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
});

test("opens within a frame or three", async ({ entered: page }) => {
  await visit(page, "Texture");
  // Its code comes after the page's own.
  await page.waitForResponse(/Palette/, SOON).catch(() => undefined);
  await page.waitForTimeout(1000);
  const ms = await page.evaluate(async () => {
    const from = performance.now();
    dispatchEvent(new KeyboardEvent("keydown", { code: "KeyK", key: "k", ctrlKey: true, bubbles: true, cancelable: true }));
    while (!document.querySelector("dialog.palette[open]")) await new Promise((done) => setTimeout(done));
    return performance.now() - from;
  });
  test.info().annotations.push({ type: "measured", description: `palette ${ms.toFixed(0)} ms` });
  console.log(`palette open after ${ms.toFixed(0)} ms`);
  expect(ms).toBeLessThan(250);
});
