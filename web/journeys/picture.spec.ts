/** The picture: smooth where it is low, alive, quick, and with tools that do what they say. */
import { join } from "node:path";
import { changes, correlation, pixelsOf } from "./pixels";
import { expect, heard, play, SOON, test, visit } from "./studio";
import { expectSmoothTone } from "./tone";

test.use({
  colorScheme: "dark",
  launchOptions: {
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--enable-unsafe-swiftshader", "--use-angle=swiftshader"],
  },
});

test("110 Hz is one smooth line", { tag: "@ci" }, async ({ entered: page, context }) => {
  const folder = process.env["PICTURES"];
  await expectSmoothTone(page, context, folder ? join(folder, "picture-110hz.png") : null);
});

test("it reads, freezes, zooms, and takes other colours and views", async ({ entered: page }) => {
  await visit(page, "Face");
  await play(page);
  await heard(page);
  const picture = page.locator(".picture");
  const box = (await picture.boundingBox())!;
  const at = (x: number, y: number) => page.mouse.move(box.x + x * box.width, box.y + y * box.height);
  await at(0.8, 0.5);
  await expect(page.locator(".picture-readout span")).toHaveText(/^\d+ Hz · [A-G]♯?\d( [−+]\d+ ct)? · (below )?−\d+ dB$/, SOON);
  await expect(picture.getByRole("img")).toHaveAttribute("aria-label", /strongest at .+ Hz, [A-G]♯?\d, −\d+ dB/, SOON);

  await page.getByRole("button", { name: "Freeze" }).click();
  await expect(page.getByText("frozen", { exact: true })).toBeVisible();
  // The frame that was being drawn is shown first.
  await expect.poll(() => changes(page), SOON).toBe(0);
  await at(0.5, 0.6);
  await page.mouse.wheel(0, -400);
  await expect.poll(() => page.locator(".picture-time").allTextContents()).toContain("5 s ago");
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -800);
  await page.keyboard.up("Control");
  await expect(page.locator(".picture-hz", { hasText: "2 kHz" })).toHaveCount(0);
  await page.mouse.dblclick(box.x + 0.5 * box.width, box.y + 0.6 * box.height);
  await expect(page.locator(".picture-hz", { hasText: "2 kHz" })).toHaveCount(1);
  await page.getByRole("button", { name: "Freeze" }).click();
  await expect.poll(() => changes(page), SOON).toBeGreaterThan(0.01);

  await page.getByRole("button", { name: "Freeze" }).click();
  await expect.poll(() => changes(page), SOON).toBe(0);
  const ember = (await pixelsOf(page, 64, 32)).light;
  await page.getByRole("button", { name: "Colours" }).click();
  await page.getByRole("menuitemradio", { name: "Paper" }).click();
  await expect.poll(async () => correlation(ember, (await pixelsOf(page, 64, 32)).light), SOON).toBeLessThan(-0.8);
  await page.getByRole("button", { name: "View" }).click();
  await page.getByRole("menuitemradio", { name: "Radial" }).click();
  await expect(page.locator(".picture-hz")).toHaveCount(0);
  await expect.poll(async () => Math.abs(correlation(ember, (await pixelsOf(page, 64, 32)).light)), SOON).toBeLessThan(0.6);
});
