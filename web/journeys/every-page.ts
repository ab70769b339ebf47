/** Every page that the navigation leads to, and every tab on it: what is added is found by itself. */
import type { Page } from "@playwright/test";
import { MORE, START } from "../src/app/pages";

/** Addresses of the first screen, the instruments' links, of all else in the menu, and of the window for a projector. */
export async function everyAddress(page: Page): Promise<string[]> {
  const links = page.getByRole("navigation", { name: "Instruments" }).getByRole("link");
  const addresses = await links.evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).pathname));
  return [START.path, ...addresses, ...MORE.map(({ path }) => path), "/screen"];
}

/** Waits until nothing is "Opening…", "Drawing the map…" any more. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor({ state: "attached" });
  await page.waitForFunction(() => !/(Opening|Drawing|Checking|Looking)[^\n]*…/.test(document.body.innerText));
  await page.waitForFunction(() => !document.querySelector(".sheet-shape, .thumbs-state"), null, { timeout: 60_000 });
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Opens one address and each of its tabs in turn; `look` gets a name for what is shown. */
export async function eachView(page: Page, address: string, look: (name: string) => Promise<void>): Promise<void> {
  await page.goto(new URL(address, page.url()).href);
  await settled(page);
  const own = address.slice(1).replaceAll("/", "-");
  const tabs = page.locator("main").getByRole("tab");
  const names = await tabs.allInnerTexts();
  if (names.length === 0) return look(own);
  for (const [k, name] of names.entries()) {
    await tabs.nth(k).click();
    await settled(page);
    await look(k === 0 ? own : `${own}-${name.trim().toLowerCase().replaceAll(/\W+/g, "-")}`);
  }
}
