/** Every page, tab and overlay, both themes, two widths: nothing inaccessible, nothing wider than the screen. */
import type { Page } from "@playwright/test";
import { expectAccessible, tooWide } from "./axe";
import { eachView, everyAddress, settled } from "./every-page";
import { NARROW, WIDE, type Overlay } from "./overlays";
import { expect, heard, test } from "./studio";

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const SLIM = { width: 360, height: 740 };
/** of a page; there are fewer only where the navigation was lost */
const LEAST_PAGES = 8;
const MOST_TABS = 10;

/** Every address, while the navigation has room for all of them; then the size that is asked for. */
async function addressesAt(page: Page, size: { width: number; height: number }): Promise<string[]> {
  const addresses = await everyAddress(page);
  expect(addresses.length).toBeGreaterThanOrEqual(LEAST_PAGES);
  await page.setViewportSize(size);
  return addresses;
}

async function eachPage(page: Page, size: { width: number; height: number }, look: (name: string) => Promise<void>): Promise<void> {
  for (const address of await addressesAt(page, size)) {
    await eachView(page, address, async (name) => {
      await look(name);
      expect.soft(await tooWide(page), `${name} is wider than the screen`).toBeLessThanOrEqual(0);
    });
  }
}

test("every page is accessible in both themes", { tag: "@ci" }, async ({ entered: page }) => {
  test.setTimeout(400_000);
  await eachPage(page, DESK, (name) => expectAccessible(page, name));
});

test("every page is accessible on a phone", { tag: "@ci" }, async ({ entered: page }) => {
  test.setTimeout(400_000);
  await eachPage(page, PHONE, (name) => expectAccessible(page, `${name} on a phone`));
});

for (const [where, size, overlays, tag] of [
  ["a desk", DESK, WIDE, "@desk"],
  ["a phone", PHONE, NARROW, "@phone"],
] as const) {
  test(`all that opens over a page on ${where} is accessible and closes by Escape`, { tag }, async ({ entered: page }) => {
    test.setTimeout(400_000);
    await page.setViewportSize(size);
    await page.goto(new URL("/texture", page.url()).href);
    await settled(page);
    for (const overlay of overlays) await openAndClose(page, overlay, where);
  });
}

async function openAndClose(page: Page, { name, open, shown, whole = false }: Overlay, where: string): Promise<void> {
  await test.step(name, async () => {
    const focused = () => page.evaluate(() => document.activeElement !== document.body);
    await open(page);
    await shown(page).waitFor();
    await page.waitForFunction(() => !/Opening…/.test(document.body.innerText));
    await expectAccessible(page, `${name} on ${where}`, whole ? null : shown(page));
    expect.soft(await tooWide(page), `${name} is wider than the screen`).toBeLessThanOrEqual(0);
    await page.keyboard.press("Escape");
    await expect(shown(page)).toHaveCount(0);
    // Who came by keys goes on from where they were.
    await expect.poll(focused, `the focus is lost behind ${name}`).toBe(true);
  });
}

test("on a phone the bars leave four fifths to the page, which is nowhere wider than the screen", { tag: "@ci" }, async ({ entered: page }) => {
  test.setTimeout(200_000);
  const high = async (selector: string) => {
    const bar = page.locator(selector);
    return (await bar.count()) ? ((await bar.boundingBox())?.height ?? 0) : 0;
  };
  for (const address of await addressesAt(page, PHONE)) {
    await eachView(page, address, async (name) => {
      const bars = (await high(".top-bar")) + (await high("#transport"));
      expect.soft(bars, `bars of ${name}`).toBeLessThanOrEqual(PHONE.height / 5);
      for (const size of [SLIM, PHONE]) {
        await page.setViewportSize(size);
        expect.soft(await tooWide(page), `${name} is wider than ${size.width} pixels`).toBeLessThanOrEqual(0);
      }
    });
  }
  // What appears only while it plays as well.
  await page.goto(new URL("/texture", page.url()).href);
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await heard(page);
  expect(await tooWide(page)).toBeLessThanOrEqual(0);
  expect((await high(".top-bar")) + (await high("#transport"))).toBeLessThanOrEqual(PHONE.height / 5);
});

test("Play is within ten Tabs of every page", async ({ entered: page }) => {
  test.setTimeout(200_000);
  for (const address of await addressesAt(page, DESK)) {
    await page.goto(new URL(address, page.url()).href);
    await settled(page);
    const play = page.getByRole("button", { name: "Play", exact: true });
    if ((await play.count()) === 0) {
      // The projector's window and the first screen have no transport: one is only looked at, all of the other plays.
      expect(["/screen", "/start"]).toContain(address);
      continue;
    }
    await expect(play).toBeEnabled();
    let tabs = 0;
    do {
      await page.keyboard.press("Tab");
      tabs++;
    } while (tabs <= MOST_TABS && !(await play.evaluate((it) => it === document.activeElement)));
    expect.soft(tabs, `Tabs to Play on ${address}`).toBeLessThanOrEqual(MOST_TABS);
  }
});
