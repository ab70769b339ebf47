/** At 390 px: the frame is small, everything is within reach. */
import type { Locator } from "@playwright/test";
import { dropFile, expect, heard, SOON, test, visit } from "./studio";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

const FIFTH = 844 / 5;

test("navigation and transport take at most a fifth of a phone's height", { tag: "@ci" }, async ({ entered: page }) => {
  for (const name of ["Face", "Texture", "Notes", "Models", "Jobs", "Settings"]) {
    await visit(page, name);
    const bar = await page.getByRole("banner").boundingBox();
    const transport = await page.locator(".transport-bar").boundingBox();
    expect(bar!.height + transport!.height, name).toBeLessThanOrEqual(FIFTH);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, name).toBeLessThanOrEqual(0);
    // What is pressed on a phone is as large as a finger.
    for (const button of await page.locator(".top-bar button:visible, .transport-bar button:visible").all()) {
      const box = (await button.boundingBox())!;
      expect(box.height, `${name}: ${await button.getAttribute("aria-label")}`).toBeGreaterThanOrEqual(40);
    }
  }
});

test("from the first screen to the palette and the stage by touch", async ({ page, studio }) => {
  await page.goto(await studio.open());
  await page.getByRole("button", { name: /^Texture/ }).tap();
  await heard(page, -50);
  await page.getByRole("button", { name: "Models, jobs, settings" }).tap();
  await page.getByRole("menuitem", { name: "Find anything" }).tap();
  await page.getByRole("combobox", { name: "Find anything" }).fill("stage mode");
  await page.getByRole("option", { name: /Stage mode/ }).first().tap();
  await expect(page.getByRole("region", { name: "Controls on the stage" })).toBeVisible(SOON);
  await page.getByRole("button", { name: "leaves the stage" }).tap();
  await expect(page.getByRole("banner")).toBeVisible();
});

test("what is told for a moment lies over the picture, and takes no finger from what it covers", async ({ entered: page, troubles }) => {
  await visit(page, "Notes");
  await page.locator("[data-note]").first().waitFor(SOON);
  await dropFile(page, "body", "nothing.mid", new Uint8Array(8));
  const notice = page.locator(".notice").first();
  await expect(notice).toBeVisible(SOON);
  expect(troubles.splice(0)).toHaveLength(1);
  const box = (await notice.boundingBox())!;
  const picture = (await page.locator(".picture-area").boundingBox())!;
  expect(box.y + box.height).toBeLessThanOrEqual(picture.y + picture.height);
  const under = ({ x, y }: { x: number; y: number }) => document.elementFromPoint(x, y)?.closest(".notice") !== null;
  expect(await page.evaluate(under, { x: box.x + 20, y: box.y + box.height / 2 })).toBe(false);
  await notice.getByRole("button", { name: "Dismiss" }).tap();
  await expect(notice).toHaveCount(0);
});

test("what is tapped stays where it is as it begins to play", async ({ entered: page }) => {
  const top = async (of: Locator) => (await of.boundingBox())!.y;
  await visit(page, "Vision");
  const microphone = page.locator("label", { hasText: "Microphone" });
  await microphone.waitFor(SOON);
  const all = page.getByRole("button", { name: "All", exact: true });
  const box = (await all.boundingBox())!;
  const above = ({ x, y }: { x: number; y: number }) => document.elementFromPoint(x, y)?.textContent;
  expect(await page.evaluate(above, { x: box.x + box.width / 2, y: box.y - 8 })).toBe("All");
  const before = await top(microphone);
  await microphone.tap();
  await expect(page.getByText("The microphone plays into the pictures")).toBeVisible(SOON);
  expect(await top(microphone)).toBe(before);
  await page.locator("label", { hasText: "File" }).tap();
  await visit(page, "Voice");
  const live = page.getByRole("switch", { name: /^Live/ });
  await live.waitFor(SOON);
  const off = await top(live);
  await live.tap();
  await expect(live).toBeChecked(SOON);
  await expect(page.locator(".picture-area")).toBeVisible();
  expect(await top(live)).toBe(off);
});
