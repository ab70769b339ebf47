/** One field that reaches everything. */
import type { Page } from "@playwright/test";
import { expect, keptPatch, play, SOON, test, visit } from "./studio";

const ask = async (page: Page, words: string) => {
  // While it closes, the same keys close it.
  await expect(page.getByRole("dialog")).toHaveCount(0);
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
  await ask(page, "cello");
  const field = page.getByRole("combobox", { name: "Find anything" });
  // What other instruments have comes a moment later.
  await expect(option(page, /cello/i)).toBeVisible(SOON);
  await field.fill("r");
  const chosen = page.getByRole("option", { selected: true });
  const first = (await chosen.textContent())!;
  await page.keyboard.press("ArrowDown");
  await expect(chosen).not.toHaveText(first);
  await page.keyboard.press("ArrowUp");
  await expect(chosen).toHaveText(first);
  await field.fill("cello");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("status").filter({ hasText: "Nothing is called" })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(option(page, /cello/i)).toBeVisible();
  await field.fill("stop");
  await option(page, /^Play, stop/).click();
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
});
