/** Guests of a room: whoever has the link plays, and is offered nothing else. */
import { expect, heard, keptPatch, play, SOON, strike, test, visit } from "./studio";

test.use({ room: true });

test("a guest opens the link, plays three instruments and is heard", async ({ entered: page }) => {
  await expect(page.getByRole("button", { name: "Record", exact: true })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Keep this sound" })).toHaveCount(0);
  await visit(page, "Texture");
  await play(page);
  await heard(page);
  const cut = page.getByRole("slider", { name: "Low cut", exact: true });
  await cut.press("PageUp");
  await expect.poll(async () => (await keptPatch(page)).controls["low_hz"], SOON).toBeGreaterThan(0);
  await visit(page, "Face");
  await page.getByRole("button", { name: "Next preset" }).click();
  await heard(page);
  await visit(page, "Notes");
  await strike(page, "KeyD");
});

test("what guests may not do is not offered, and a page that is not theirs says so", async ({ entered: page }) => {
  await page.getByRole("button", { name: "Share or export" }).click();
  await expect(page.getByRole("menuitem")).toHaveText(["Copy a link to this sound"]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Models, jobs, settings" }).click();
  await expect(page.getByRole("menuitem")).toHaveText(["Settings", "Help", /theme$/]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  const find = page.getByRole("combobox");
  for (const word of ["Takes", "Make a file", "Open a set", "Share presets", "Record"]) {
    await find.fill(word);
    await expect(page.getByRole("option", { name: new RegExp(`^${word}`) })).toHaveCount(0);
  }
  await page.keyboard.press("Escape");
  await visit(page, "Texture");
  await expect(page.getByRole("radiogroup", { name: "How to find a sound" })).toHaveText("MapFour corners");
  await page.goto(new URL("/jobs", page.url()).href);
  await expect(page.getByText("not for guests of a room")).toBeVisible();
});
