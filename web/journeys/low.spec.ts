/** Low and middling windows: a phone held sideways, a desk at 200 %, and the bar at the top with the longest name that is taken. */
import type { Locator, Page } from "@playwright/test";
import { expect, SOON, test, visit } from "./studio";

const LOW = [
  { width: 640, height: 400 },
  { width: 844, height: 390 },
  { width: 1280, height: 480 },
];
const BARS = [
  ...[{ width: 390, height: 844 }, ...LOW, { width: 761, height: 900 }, { width: 844, height: 700 }, { width: 900, height: 700 }],
  ...[{ width: 1024, height: 700 }, { width: 1100, height: 700 }, { width: 1280, height: 800 }, { width: 1920, height: 1080 }],
];
const UPRIGHT = [
  { width: 768, height: 1024 },
  { width: 820, height: 1180 },
  { width: 900, height: 1200 },
  { width: 1024, height: 768 },
];
const LONGEST = 80;
const LEAST_KEY = 90;

/** Whether all of it is seen and can be pressed, wherever the page is scrolled to now. */
const isWhole = (of: Locator) =>
  of.evaluate((shown) => {
    const { left, right, top, bottom } = shown.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const seen: [number, number][] = [[x, y], [left + 3, y], [right - 3, y], [x, top + 3], [x, bottom - 3]];
    const own = (found: Element | null) => found !== null && (shown.contains(found) || found === shown.closest("label"));
    return seen.every((point) => own(document.elementFromPoint(...point)));
  });

/** As a player does: the page is scrolled until it is there. */
async function expectWhole(of: Locator, what: string): Promise<void> {
  await of.first().waitFor(SOON);
  await of.first().evaluate((shown) => shown.scrollIntoView({ block: "center" }));
  await expect.poll(() => isWhole(of.first()), what).toBe(true);
}

/** To its begin or its end, by what scrolls all of it. */
const scrollPage = (page: Page, to: "begin" | "end") =>
  page.locator(".shell").evaluate((shell, end) => shell.scrollTo(0, end ? shell.scrollHeight : 0), to === "end");

/** What of a page cannot be pressed where it is scrolled to the middle; what lies freely on a map or a pad is left out. */
const unreachable = (page: Page) =>
  page.evaluate(() => {
    const found = document.querySelectorAll<HTMLElement>("#page :is(button, a, select, textarea, .segmented label)");
    return [...found]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".place-map, .pad, .piano, .hidden-text"))
      .filter((one) => {
        one.scrollIntoView({ block: "center", inline: "center" });
        const { left, top, width, height } = one.getBoundingClientRect();
        const above = document.elementFromPoint(left + width / 2, top + height / 2);
        return width > 0 && !(above && (one.contains(above) || above === one.closest("label")));
      })
      .map((one) => one.ariaLabel ?? one.textContent ?? one.tagName);
  });

/** What of a page's regions is wider than they are, so that it is cut off at their right. */
const cutOff = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("#page :is(.region, .rail, .tall-below, .keys-bar, .place-map-head, .voice-record)")]
      .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth)
      .map((one) => one.ariaLabel ?? one.className),
  );

/** What of the bar at the top lies over something else of it, or out of the window. */
const overlaps = (page: Page) =>
  page.evaluate(() => {
    const parts = [...document.querySelectorAll<HTMLElement>(".top-bar :is(a, button)")].filter((one) => one.checkVisibility());
    const named = (one: HTMLElement) => one.ariaLabel ?? one.textContent ?? "";
    const boxes = parts.map((one) => ({ name: named(one), box: one.getBoundingClientRect() }));
    const found = parts.flatMap((one, index) => {
      const { left, right, top, bottom } = boxes[index]!.box;
      const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      const under = above && one.contains(above) ? [] : [`${named(one)} lies under ${above?.className}`];
      const out = left < 0 || right > innerWidth ? [`${named(one)} is out of the window`] : [];
      const beside = boxes.slice(index + 1).filter(({ box }) => left < box.right - 0.5 && box.left < right - 0.5 && top < box.bottom && box.top < bottom);
      return [...under, ...out, ...beside.map(({ name }) => `${named(one)} overlaps ${name}`)];
    });
    return found;
  });

for (const size of LOW) {
  test(`at ${size.width} by ${size.height} all of a page is reached, and the transport stays`, { tag: "@ci" }, async ({ entered: page }) => {
    await page.setViewportSize(size);
    const play = page.getByRole("button", { name: "Play", exact: true });
    for (const name of ["Face", "Notes", "Texture", "Vision", "Voice", "Models", "Jobs"]) {
      await scrollPage(page, "begin");
      await visit(page, name);
      await expect(page.getByText("Opening…")).toHaveCount(0, SOON);
      await expect.poll(() => page.locator(".shell").evaluate((shell) => shell.scrollTop), name).toBe(0);
      for (const to of ["begin", "end"] as const) {
        await scrollPage(page, to);
        expect(await isWhole(play), `Play at the ${to} of ${name}`).toBe(true);
      }
      expect.soft(await unreachable(page), name).toEqual([]);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, name).toBeLessThanOrEqual(0);
    }
  });

  test(`at ${size.width} by ${size.height} Face and Notes are played`, { tag: "@ci" }, async ({ entered: page }) => {
    await page.setViewportSize(size);
    await expectWhole(page.getByRole("button", { name: "Switch the camera on" }), "the camera");
    await expectWhole(page.locator(".gesture-moves").first(), "the first gesture");
    await expectWhole(page.locator(".gesture-moves").last(), "the last gesture");
    await page.getByRole("button", { name: "Play with sliders instead" }).click();
    await expectWhole(page.getByRole("slider").first(), "the first slider");
    await scrollPage(page, "begin");
    await visit(page, "Notes");
    const key = page.locator("[data-note='60']");
    await key.waitFor(SOON);
    for (const to of ["begin", "end"] as const) {
      await scrollPage(page, to);
      let point = { x: 0, y: 0 };
      // Once the page has found its place: parts of it come when they are fetched.
      await expect(async () => {
        const { x, y, width, height } = (await key.boundingBox())!;
        expect(height, `a white key at the ${to}`).toBeGreaterThanOrEqual(LEAST_KEY);
        point = { x: x + width / 2, y: y + height - 4 };
        expect(await page.evaluate(({ x, y }) => document.elementFromPoint(x, y)?.closest("[data-note]")?.getAttribute("data-note"), point)).toBe("60");
        expect(await isWhole(key.locator("b")), `its letter at the ${to}`).toBe(true);
      }).toPass(SOON);
      await page.mouse.move(point.x, point.y);
      await page.mouse.down();
      await expect(key).toHaveClass(/lit/);
      await page.mouse.up();
    }
    await expectWhole(page.getByRole("button", { name: "Octave up" }), "the octave");
    await expectWhole(page.locator("label", { hasText: "Sevenths" }), "the chords");
    await expectWhole(page.getByRole("button", { name: "Open a file" }), "the file");
  });
}

for (const name of ["W".repeat(LONGEST), "A name of many words that goes on and on, ".repeat(2).slice(0, LONGEST - 1) + "."]) {
  test(`the bar at the top has room for a name like ${name.slice(0, 10)}`, { tag: "@ci" }, async ({ entered: page }) => {
    const check = async (what: string) => {
      for (const size of BARS) {
        await page.setViewportSize(size);
        await expect.poll(() => overlaps(page), `${what} at ${size.width}`).toEqual([]);
      }
      await page.setViewportSize({ width: 1280, height: 800 });
    };
    await check("Face");
    await visit(page, "Notes");
    await expect(page.locator("#preset")).toHaveText("Cello leaning to flute", SOON);
    await check("Notes");
    await page.getByRole("button", { name: "Keep this sound" }).click();
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Name").press("Enter");
    const shown = page.locator("#preset").getByTitle(name);
    await expect(shown).toHaveText(name, SOON);
    expect(await shown.evaluate((one) => one.scrollWidth > one.clientWidth && getComputedStyle(one).textOverflow === "ellipsis")).toBe(true);
    const notice = page.locator(".notice").first();
    await expect(notice).toBeVisible(SOON);
    expect(await notice.evaluate((one) => one.scrollWidth - one.clientWidth), "what is told of it").toBeLessThanOrEqual(0);
    await notice.getByRole("button", { name: "Dismiss" }).click();
    await page.getByRole("button", { name: "Keep this sound" }).click();
    const keep = page.getByRole("dialog", { name: "Keep this sound" });
    await expect(keep.getByText("as you kept it")).toBeVisible(SOON);
    expect(await keep.evaluate((one) => one.scrollWidth - one.clientWidth), "where it is kept").toBeLessThanOrEqual(0);
    await page.keyboard.press("Escape");
    await check("the long name");
  });
}

for (const size of UPRIGHT) {
  test(`at ${size.width} by ${size.height} nothing of an instrument is cut off at its side`, { tag: "@ci" }, async ({ entered: page }) => {
    await page.setViewportSize(size);
    for (const name of ["Face", "Texture", "Notes", "Vision", "Voice"]) {
      await visit(page, name);
      await expect(page.getByText("Opening…")).toHaveCount(0, SOON);
      await expect.poll(() => cutOff(page), name).toEqual([]);
    }
    await visit(page, "Face");
    await expectWhole(page.locator(".gesture-moves").first(), "what the first gesture moves");
    await expectWhole(page.locator(".gesture-moves").last(), "what the last gesture moves");
  });
}
