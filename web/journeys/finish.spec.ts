/** Sounds leave the studio finished: in another format, faded, as loud as streaming asks for. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { dropFile, expect, heard, play, SOON, test } from "./studio";

async function fetched(page: Page, link: Locator): Promise<Buffer> {
  await expect(link).toBeVisible(SOON);
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  return readFileSync(await download.path());
}

async function finish(form: Locator, format: string): Promise<void> {
  await form.getByRole("combobox", { name: /^File/ }).selectOption({ label: format });
  await form.getByLabel("Loudness, LUFS").fill("-16");
  await form.getByLabel("Fade out, s").fill("0.5");
}

test("a render and a take are made as Opus and MP3 at a loudness", async ({ entered: page }) => {
  await page.getByRole("button", { name: "Share or export" }).click();
  await page.getByRole("menuitem", { name: "Make a file" }).click();
  const render = page.getByRole("dialog", { name: "Make a file" });
  await expect(render.getByLabel("Bits")).toBeVisible();
  await finish(render, "Opus");
  await expect(render.getByLabel("Bits")).toHaveCount(0);
  await render.getByRole("spinbutton", { name: "Seconds" }).fill("2");
  await page.screenshot({ path: "test-results/finish-render.png" });
  await render.getByRole("button", { name: "Render" }).click();
  const opus = await fetched(page, render.getByRole("link", { name: "face.opus" }));
  expect(opus.subarray(28, 36).toString()).toBe("OpusHead");
  await page.keyboard.press("Escape");
  // What it makes it takes.
  await dropFile(page, "body", "face.opus", opus);
  await expect(page.getByText("The sound of face.opus is set.")).toBeVisible(SOON);

  await play(page);
  await heard(page);
  await page.getByRole("button", { name: "Record", exact: true }).click(SOON);
  const recording = page.getByRole("button", { name: "Stop recording" });
  await expect(recording).toContainText("0:01", SOON);
  await recording.click();
  await expect(page.getByText("The take is kept")).toBeVisible(SOON);
  // Jobs come after what plays.
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByRole("button", { name: "Share or export" }).click();
  await page.getByRole("menuitem", { name: "Takes" }).click();
  const takes = page.getByRole("dialog", { name: "Takes" });
  await takes.getByRole("button", { name: /^Another file of/ }).click(SOON);
  const form = takes.getByRole("form");
  await finish(form, "MP3");
  await form.getByRole("button", { name: "Make the file" }).click();
  const link = form.getByRole("link", { name: /\.mp3$/ });
  await expect(link).toBeVisible(SOON);
  await page.screenshot({ path: "test-results/finish-take.png" });
  expect((await fetched(page, link)).length).toBeGreaterThan(2000);
});
