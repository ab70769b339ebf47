/** What keeps somebody from using a page, as axe finds it. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { expect } from "./studio";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Colours change at once: half-way between the themes nobody reads. */
const AT_ONCE = { reducedMotion: "reduce" } as const;
const THEMES = ["dark", "light"] as const;

/** What a theme changes; all else is the same page, looked at once. */
const COLOURS = ["color-contrast", "link-in-text-block"];

async function violations(page: Page, part: string | null, rules: string[] | null): Promise<string[]> {
  const all = new AxeBuilder({ page });
  const builder = rules ? all.withRules(rules) : all.withTags(RULES);
  const found = await (part ? builder.include(part) : builder).analyze();
  return found.violations.map(({ id, nodes: [first] }) => {
    const why = first?.failureSummary?.replaceAll(/\s+/g, " ").slice(0, 200);
    return `${id}: ${first?.html.slice(0, 120)} (${why})`;
  });
}

/**
 * Nothing in either theme; what is found is told, and the journey goes on to find the rest.
 *
 * @param over what lies over the page: it alone is looked at.
 */
export async function expectAccessible(page: Page, name: string, over: Locator | null = null): Promise<void> {
  const part = over ? "[data-looked-at]" : null;
  await over?.evaluate((shown) => shown.setAttribute("data-looked-at", ""));
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme, ...AT_ONCE });
    const rules = colorScheme === THEMES[0] ? null : COLOURS;
    expect.soft(await violations(page, part, rules), `${name}, ${colorScheme}`).toEqual([]);
  }
}

/** Pixels by which a page is wider than its window. */
export const tooWide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
