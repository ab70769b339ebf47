/** Without a mouse, and without motion. */
import type { Page } from "@playwright/test";
import { expect, heard, level, play, SOON, still, strike, test, visit } from "./studio";

/** What has the focus, by its name. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    return at ? (at.getAttribute("aria-label") ?? at.textContent ?? "").trim() : "";
  });

/** Tab, until something of that name has the focus and shows that it has. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let k = 0; k < 150; k++) {
    await page.keyboard.press("Tab");
    if ((await focused(page)) !== name) continue;
    const ring = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
    expect(ring, `${name} shows no focus`).not.toBe("none");
    return;
  }
  throw new Error(`${name} is not reached by Tab`);
}

test("from the entry to a sound by the keyboard alone", { tag: "@ci" }, async ({ entered: page }) => {
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("To the page");
  await tabTo(page, "Notes");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Notes" }).waitFor();
  await tabTo(page, "Play");
  await page.keyboard.press("Enter");
  await page.getByTestId("figures").waitFor(SOON);
  // The letters are a piano wherever the focus is, and so is Enter on one of its keys.
  await strike(page, "KeyA");
  await page.keyboard.up("KeyA");
  await still(page);
  await tabTo(page, "C3");
  await page.keyboard.press("ArrowRight");
  await strike(page, "Enter");
  await expect(page.locator('[data-note="49"]')).toHaveClass(/lit/);
  await page.keyboard.up("Enter");
  await still(page);
  // Stop, and Escape out of a drawer gives the focus back.
  await tabTo(page, "Presets");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await focused(page)).toBe("Presets");
});

test("where motion is reduced nothing moves by itself", async ({ entered: page }) => {
  // Counts how often the picture is drawn anew.
  await page.addInitScript(() => {
    const times: number[] = [];
    Object.assign(window, { times });
    // eslint-disable-next-line @typescript-eslint/unbound-method
    const fill = CanvasRenderingContext2D.prototype.fillRect;
    CanvasRenderingContext2D.prototype.fillRect = function (...box) {
      if (this.canvas.isConnected) times.push(performance.now());
      return fill.apply(this, box);
    };
  });
  const perSecond = async () => {
    const from = await page.evaluate(() => ((window as unknown as { times: number[] }).times.length = 0, performance.now()));
    const times = () => page.evaluate(() => (window as unknown as { times: number[] }).times);
    await expect.poll(async () => (await times()).length, SOON).toBeGreaterThan(8);
    const drawn = await times();
    return (1000 * drawn.length) / (drawn.at(-1)! - from);
  };
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.reload();
  await visit(page, "Face");
  await play(page);
  await heard(page);
  expect(await perSecond()).toBeLessThan(4.5);
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll("*")].filter((each) => {
      const { transitionDuration, animationName } = getComputedStyle(each);
      return transitionDuration.split(",").some((time) => parseFloat(time) > 0) || animationName !== "none";
    }).map((each) => each.outerHTML.slice(0, 80)),
  );
  expect(moving).toEqual([]);
  expect(await level(page)).toBeGreaterThan(-60);

  await page.emulateMedia({ reducedMotion: "no-preference" });
  await expect.poll(perSecond, { timeout: 60_000 }).toBeGreaterThan(6);
});
