/** The window for a projector shows what the page that plays shows, whatever else that page does. */
import type { BrowserContext, Page } from "@playwright/test";
import { changes, correlation, pixelsOf } from "./pixels";
import { expect, heard, play, SOON, test, visit } from "./studio";

test.use({ colorScheme: "dark" });

async function openScreen(context: BrowserContext, page: Page): Promise<Page> {
  const screen = await context.newPage();
  await screen.goto(new URL("/screen", page.url()).href);
  await expect(screen.getByText("Play in the studio")).toHaveCount(0, SOON);
  return screen;
}

test("a window for a projector draws the same picture, over the full screen", { tag: "@ci" }, async ({ entered: page, context }) => {
  await visit(page, "Texture");
  await play(page);
  await heard(page);
  const screen = await openScreen(context, page);
  const rate = page.getByRole("slider", { name: "Rate", exact: true });
  // Something happens in the picture, until all of what is compared was drawn in both.
  const lit = async () => {
    const { light, width } = await pixelsOf(screen, 64, 32);
    return light.some((value, k) => k % width === 0 && value > 120);
  };
  await expect(async () => {
    await rate.press("End");
    await page.waitForTimeout(300);
    await rate.press("Home");
    expect(await lit()).toBe(true);
  }).toPass(SOON);
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect
    .poll(async () => correlation((await pixelsOf(page, 64, 32)).light, (await pixelsOf(screen, 64, 32)).light), SOON)
    .toBeGreaterThan(0.8);

  await screen.getByRole("button", { name: "Full screen" }).click();
  await expect.poll(() => screen.evaluate(() => document.fullscreenElement !== null)).toBe(true);
});

test("the projector goes on while the performer looks at Settings and the tab gets no turn", { tag: "@ci" }, async ({ entered: page, context }) => {
  await visit(page, "Face");
  await play(page);
  await heard(page);
  const screen = await openScreen(context, page);
  await expect(screen.getByTestId("corner")).toContainText("bpm", SOON);
  await visit(page, "Settings");
  await expect.poll(() => changes(screen), SOON).toBeGreaterThan(0.02);

  // A hidden tab gets no frames and few timers; this one gets no turn at all.
  let turn = false;
  const busy = page
    .evaluate(() => {
      const end = performance.now() + 9000;
      while (performance.now() < end);
    })
    .then(() => (turn = true));
  await screen.waitForTimeout(1500);
  // How much changes from one look to the next is the sound's affair: a picture that stands never does.
  await expect.poll(() => changes(screen), { timeout: 6000 }).toBeGreaterThan(0.02);
  expect(await screen.getByTestId("corner").textContent()).toContain("dB");
  expect(turn, "the tab had a turn before the projector was looked at").toBe(false);

  await busy;

  // Its own keys: another view, other colours, no corner.
  const before = (await pixelsOf(screen, 64, 32)).light;
  await screen.keyboard.press("v");
  await expect.poll(async () => correlation(before, (await pixelsOf(screen, 64, 32)).light), SOON).toBeLessThan(0.6);
  await screen.keyboard.press("c");
  await expect(screen.getByTestId("corner")).toHaveCount(0);
});
