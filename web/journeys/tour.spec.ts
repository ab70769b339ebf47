/** A minute's tour, and the keys. */
import { expect, heard, play, SOON, test, visit } from "./studio";

const STEPS = 6;

for (const [name, width, height] of [["wide", 1280, 800], ["phone", 390, 844]] as const) {
  test(`the tour leads through a page, ${name}`, { tag: name === "wide" ? "@ci" : "@phone" }, async ({ entered: page }) => {
    for (const instrument of ["Face", "Texture", "Notes"]) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await visit(page, instrument);
      await page.setViewportSize({ width, height });
      await page.keyboard.press("Shift+Slash");
      await page.getByRole("button", { name: "Take the tour" }).click();
      const tour = page.getByRole("dialog", { name: "Tour" });
      for (let step = 1; step <= STEPS; step++) {
        await expect(tour).toContainText(`${step} of ${STEPS}`);
        await expect(page.locator(".tour-ring")).toBeVisible();
        const box = (await tour.boundingBox())!;
        expect(box.x).toBeGreaterThanOrEqual(0);
        expect(box.y).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(width);
        expect(box.y + box.height).toBeLessThanOrEqual(height);
        if (step === 2) {
          await page.keyboard.press("ArrowLeft");
          await expect(tour).toContainText(`1 of ${STEPS}`);
          await page.keyboard.press("ArrowRight");
        }
        await page.keyboard.press("Enter");
      }
      await expect(tour).toHaveCount(0);
    }
  });
}

test("the tour lets the sound and the page be, and Escape ends it", async ({ entered: page }) => {
  await visit(page, "Texture");
  await play(page);
  await page.keyboard.press("Shift+Slash");
  await page.getByRole("button", { name: "Take the tour" }).click();
  await expect(page.getByRole("dialog", { name: "Tour" }).getByRole("button", { name: "Next" })).toBeFocused(SOON);
  await heard(page);
  await page.getByRole("slider", { name: "Brightness" }).press("End");
  await expect(page.getByRole("slider", { name: "Brightness" })).toHaveAttribute("aria-valuetext", "+100 %");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Tour" })).toHaveCount(0);
  await heard(page);
});
