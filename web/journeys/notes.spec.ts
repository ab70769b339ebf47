/** The Notes page with all that it can show, in both themes and on a phone: nothing is out of reach. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { settled } from "./every-page";
import { dropFile, expect, SOON, test, visit } from "./studio";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** One long note at 120 to the minute. */
const HELD = Buffer.from("4d546864000000060000000100604d54726b0000000c00903c64bf00803c0000ff2f00", "hex");

async function judge(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include("main").withTags(RULES).analyze();
  expect(violations.map(({ id, nodes }) => `${what}: ${id} at ${nodes.map(({ html }) => html.slice(0, 120)).join(", ")}`)).toEqual([]);
}

for (const theme of ["dark", "light"] as const) {
  test(`Notes is accessible with a file, its panels and on a phone, ${theme}`, async ({ entered: page }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await visit(page, "Notes");
    await settled(page);
    await judge(page, "before a file");
    await dropFile(page, "body", "held.mid", HELD);
    const strip = page.getByRole("region", { name: "MIDI file" });
    await expect(strip).toContainText("held.mid", SOON);
    await page.getByRole("button", { name: "Pause the file" }).click();
    await strip.getByRole("button", { name: /^Loop/ }).click();
    await page.getByRole("switch", { name: "Stay in" }).click();
    await page.getByRole("button", { name: "More controls" }).click();
    await judge(page, "with a file");
    for (const button of [/^Scale/, /^Tempo \d/]) {
      await page.getByRole("button", { name: button }).click();
      await page.getByRole("dialog").waitFor();
      await judge(page, String(button));
      await page.keyboard.press("Escape");
    }
    await page.getByRole("radio", { name: "Pitch" }).check();
    await judge(page, "pitch");

    await page.setViewportSize({ width: 390, height: 844 });
    for (const tab of ["Keys", "Sounds", "Pad", "Shape", "Presets"]) {
      await page.getByRole("radio", { name: tab, exact: true }).check();
      await settled(page);
      await judge(page, tab);
      // The keys stay, above the transport.
      const keys = (await page.locator(".piano").boundingBox())!;
      const transport = (await page.locator("#transport").boundingBox())!;
      expect(keys.y + keys.height).toBeLessThanOrEqual(transport.y + 1);
      expect(keys.height).toBeGreaterThanOrEqual(120);
    }
  });
}
