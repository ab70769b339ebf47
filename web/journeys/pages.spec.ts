/** Every page, both themes, two widths: nothing inaccessible, nothing wider than the screen, no errors. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "./studio";

const PAGES = ["/face", "/texture", "/texture/sefa", "/texture/query", "/notes", "/models", "/settings", "/about", "/screen"];

for (const scheme of ["dark", "light"] as const) {
  for (const [width, height] of [[1280, 800], [360, 740]] as const) {
    test(`${scheme}, ${width} wide`, async ({ entered: page, troubles, studio }) => {
      test.setTimeout(180_000);
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height });
      for (const path of PAGES) {
        await page.goto(`http://127.0.0.1:${studio.port}${path}`);
        await page.getByRole("heading", { level: 1 }).waitFor({ state: "attached" });
        await page.waitForTimeout(250);
        const { violations } = await new AxeBuilder({ page })
          .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
          .analyze();
        const found = violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html.slice(0, 160)}`);
        expect.soft(found).toEqual([]);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect.soft(wide, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
      }
      expect(troubles).toEqual([]);
    });
  }
}

test("presets' drawer is accessible and closes by Escape", async ({ entered: page }) => {
  await page.getByRole("button", { name: "Presets" }).click();
  await page.getByRole("button", { name: "Save preset" }).waitFor();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
