/** The window for a projector shows what the page that plays shows. */
import type { Page } from "@playwright/test";
import { expect, heard, play, SOON, test, visit } from "./studio";

const ACROSS = 48;
const UP = 32;
const LATEST_SECONDS = 2;

/** Brightness of the latest seconds of a canvas on a coarse grid, newest column first. */
async function picture(page: Page, seconds: number): Promise<number[]> {
  return page.locator("canvas").evaluate(
    (canvas: HTMLCanvasElement, { seconds, latest, across, up }) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, width, height);
      const found: number[] = [];
      for (let i = 0; i < across; i++) {
        const x = Math.floor(width - 1 - ((i + 0.5) / across) * (latest / seconds) * width);
        for (let j = 0; j < up; j++) {
          const at = 4 * (Math.floor(((j + 0.5) / up) * height) * width + x);
          found.push(data[at]! + data[at + 1]! + data[at + 2]!);
        }
      }
      return found;
    },
    { seconds, latest: LATEST_SECONDS, across: ACROSS, up: UP },
  );
}

function correlation(one: number[], other: number[]): number {
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [a, b] = [mean(one), mean(other)];
  const sum = (of: (k: number) => number) => one.reduce((total, _, k) => total + of(k), 0);
  const both = sum((k) => (one[k]! - a) * (other[k]! - b));
  return both / Math.sqrt(sum((k) => (one[k]! - a) ** 2) * sum((k) => (other[k]! - b) ** 2) || 1);
}

test("a window for a projector draws the same picture, over the full screen", { tag: "@ci" }, async ({ entered: page }) => {
  await visit(page, "Face");
  await play(page);
  await heard(page);
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Open a window for a projector" }).click();
  const screen = await opened;
  await expect(screen.getByText("Play in another tab")).toHaveCount(0, SOON);
  // Something happens in the picture, until all of what is compared was drawn in both.
  const mouth = page.getByRole("slider", { name: "Mouth", exact: true });
  const oldest = async () => (await picture(screen, 8)).slice(-UP).some((light) => light > 120);
  await expect(async () => {
    await mouth.press("End");
    await page.waitForTimeout(300);
    await mouth.press("Home");
    expect(await oldest()).toBe(true);
  }).toPass(SOON);
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect
    .poll(async () => correlation(await picture(page, 6), await picture(screen, 8)), SOON)
    .toBeGreaterThan(0.9);
  const still = await picture(screen, 8);
  expect(Math.max(...still) - Math.min(...still)).toBeGreaterThan(150);

  await screen.mouse.move(100, 100);
  await screen.getByRole("button", { name: "Full screen" }).click();
  await expect.poll(() => screen.evaluate(() => document.fullscreenElement !== null)).toBe(true);
});
