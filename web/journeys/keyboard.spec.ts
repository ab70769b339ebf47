/** A whole session by the keyboard alone: plays, records, keeps a preset, shows the projector. */
import type { Page } from "@playwright/test";
import { expect, heard, SOON, test } from "./studio";

const focused = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    return at ? (at.getAttribute("aria-label") ?? at.textContent ?? "").trim() : "";
  });

async function tabTo(page: Page, name: string, most = 60): Promise<number> {
  for (let k = 1; k <= most; k++) {
    await page.keyboard.press("Tab");
    if ((await focused(page)) === name) return k;
  }
  throw new Error(`${name} is not reached by Tab`);
}

test("plays, records, keeps a preset and shows the projector without a pointer", { tag: "@ci" }, async ({ page, context, studio }) => {
  await page.goto(await studio.open());
  await page.getByRole("button", { name: /^Texture/ }).waitFor();
  for (let k = 0; !(await focused(page)).startsWith("Texture"); k++) {
    expect(k).toBeLessThan(10);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await heard(page, -50);
  await page.keyboard.press("r");
  await page.getByRole("button", { name: "Stop recording" }).waitFor(SOON);
  await page.waitForTimeout(1500);
  await page.keyboard.press("r");
  await expect(page.getByText("The take is kept")).toBeVisible(SOON);

  await tabTo(page, "Keep this sound");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Name" })).toBeFocused(SOON);
  await page.keyboard.type("Mine by keys");
  await page.keyboard.press("Enter");
  await expect(page.locator("#preset")).toHaveText("Mine by keys", SOON);
  await expect(page.getByRole("button", { name: "Keep this sound" })).toHaveAttribute("aria-pressed", "true");

  const projector = context.waitForEvent("page");
  await page.keyboard.press("o");
  await (await projector).locator("canvas").first().waitFor(SOON);
});
