/** Every page, both themes, two widths: nothing inaccessible, nothing wider than the screen, no errors. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { eachView, everyAddress } from "./every-page";
import { expect, play, test } from "./studio";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Colours change at once: half-way between the themes nobody reads. */
const AT_ONCE = { reducedMotion: "reduce" } as const;
const THEMES = ["dark", "light"] as const;
/** of a page; there are fewer only where the navigation was lost */
const LEAST_PAGES = 7;

async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
}

const tooWide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

test("every page is accessible in both themes", { tag: "@ci" }, async ({ entered: page }) => {
  test.setTimeout(400_000);
  const addresses = await everyAddress(page);
  expect(addresses.length).toBeGreaterThanOrEqual(LEAST_PAGES);
  for (const address of addresses) {
    await eachView(page, address, async (name) => {
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme, ...AT_ONCE });
        expect.soft(await violations(page), `${name}, ${colorScheme}`).toEqual([]);
      }
      expect.soft(await tooWide(page), `${name} is wider than the screen`).toBeLessThanOrEqual(0);
    });
  }
});

test("at 360 pixels no page is wider than the screen", { tag: "@ci" }, async ({ entered: page }) => {
  test.setTimeout(200_000);
  await page.setViewportSize({ width: 360, height: 740 });
  for (const address of await everyAddress(page)) {
    await eachView(page, address, async (name) => {
      expect.soft(await tooWide(page), `${name} is wider than the screen`).toBeLessThanOrEqual(0);
    });
  }
  // What appears only while it plays as well.
  await page.goto(new URL("/notes", page.url()).href);
  await play(page);
  expect(await tooWide(page)).toBeLessThanOrEqual(0);
});

test("every page is accessible at 360 pixels", async ({ entered: page }) => {
  test.setTimeout(400_000);
  await page.setViewportSize({ width: 360, height: 740 });
  for (const address of await everyAddress(page)) {
    await eachView(page, address, async (name) => {
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme, ...AT_ONCE });
        expect.soft(await violations(page), `${name}, ${colorScheme}`).toEqual([]);
      }
    });
  }
});

test("presets' drawer is accessible and closes by Escape", async ({ entered: page }) => {
  await page.getByRole("button", { name: "Presets" }).click();
  await page.getByRole("button", { name: "Save preset" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
