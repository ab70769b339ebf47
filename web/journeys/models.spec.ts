/** A model comes in by the page: checked, with progress, and out again. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Page } from "@playwright/test";
import { expect, SOON, test, visit } from "./studio";

const BUNDLE = resolve(import.meta.dirname, "../../src/latent_resonance/bundles/defaults/drone.resonance");

/** Every value that a progress bar shows, however short. */
async function watchProgress(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => {
      for (const bar of document.querySelectorAll("progress")) seen.push(bar.value);
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  return () => page.evaluate(() => (window as unknown as { seen: number[] }).seen);
}

async function bringIn(page: Page, file: { name: string; mimeType: string; buffer: Buffer }, name: string): Promise<void> {
  await page.getByLabel("File").setInputFiles(file);
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Import", exact: true }).click();
}

test("a bundle is imported with progress, told of, and deleted", { tag: "@ci" }, async ({ entered: page }) => {
  await visit(page, "Models");
  const card = page.getByRole("button", { name: /^my-drone/ });
  await expect(card).toHaveCount(0);
  const progress = await watchProgress(page);
  const content = readFileSync(BUNDLE);
  await bringIn(page, { name: "somebodys.resonance", mimeType: "application/zip", buffer: content }, "my-drone");
  await card.click(SOON);
  const values = await progress();
  expect(values.length).toBeGreaterThan(0);
  expect(values).toEqual(values.toSorted((a, b) => a - b));

  const told = page.getByRole("region", { name: "Model my-drone" });
  await expect(told.getByText(/\d+ numbers, \d+ named places/)).toBeVisible(SOON);
  await expect(told.getByText("Licence").first()).toBeVisible();
  await told.getByRole("button", { name: "Delete this model" }).click();
  await expect(card).toHaveCount(0);
});

test("a broken bundle is refused and says why", async ({ entered: page }) => {
  await visit(page, "Models");
  const models = page.locator(".model-card");
  await models.first().waitFor();
  const before = await models.count();
  const content = readFileSync(BUNDLE).subarray(0, 200_000);
  await bringIn(page, { name: "half.resonance", mimeType: "application/zip", buffer: content }, "half");
  const line = page.getByRole("region", { name: "Import a model" }).getByRole("status");
  await expect(line).toContainText(/the file is damaged: it is cut short/, SOON);
  // Where the server keeps uploads is nothing for the page.
  await expect(line).not.toContainText("uploads");
  await expect(line.getByRole("progressbar")).toHaveCount(0, SOON);
  expect(await models.count()).toBe(before);
});
