/** A model comes in by the page: looked into, checked, with progress; it is played, and goes out again. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Page } from "@playwright/test";
import { dropFile, expect, heard, keptPatch, SOON, test, visit } from "./studio";

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

const give = (page: Page, name: string, buffer: Buffer) =>
  page.getByLabel("Model file").setInputFiles({ name, mimeType: "application/zip", buffer });

test("a bundle is looked into, imported with progress, played, and deleted", { tag: "@ci" }, async ({ entered: page }) => {
  await visit(page, "Models");
  const row = page.getByRole("list", { name: "Models" }).getByRole("button", { name: /^my-drone/ });
  const tiles = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: /^my-drone/ }) }).locator("canvas");
  await expect(row).toHaveCount(0);
  const progress = await watchProgress(page);
  await give(page, "my-drone.resonance", readFileSync(BUNDLE));
  const form = page.getByRole("form", { name: "Import a model" });
  await expect(form).toContainText(/A bundle that makes sounds: .* named places\. Whole and safe to play\./, SOON);
  await expect(form.getByRole("textbox", { name: "Name" })).toHaveValue("my-drone");
  await form.getByRole("button", { name: "Import", exact: true }).click();
  await row.click(SOON);
  const values = await progress();
  expect(values.length).toBeGreaterThan(0);
  expect(values).toEqual(values.toSorted((a, b) => a - b));

  const told = page.getByRole("region", { name: "my-drone" });
  await expect(told.getByText(/\d+ numbers, \d+ named places/)).toBeVisible(SOON);
  await expect(told.getByText("Licence").first()).toBeVisible();
  // Its places are drawn.
  await expect(tiles.first()).toBeVisible({ timeout: 60_000 });

  await told.getByRole("button", { name: "Play in Face" }).click();
  await heard(page);
  expect((await keptPatch(page)).bundle).toBe("my-drone");

  await visit(page, "Models");
  await row.click();
  await told.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(told.getByText("It does not come back.")).toBeVisible();
  await told.getByRole("button", { name: "Keep it" }).click();
  await told.getByRole("button", { name: "Delete", exact: true }).click();
  await told.getByRole("button", { name: "Delete my-drone" }).click();
  await expect(row).toHaveCount(0);
});

test("a model of pictures is shown by its pictures, in their own colours", async ({ entered: page }) => {
  await visit(page, "Models");
  const row = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: /^fields/ }) });
  const tiles = row.locator(".picture-tile");
  await expect(tiles.first()).toBeVisible({ timeout: 60_000 });
  expect(await tiles.count()).toBeGreaterThan(3);
  const hues = await tiles.first().evaluate(async (tile) => {
    const address = getComputedStyle(tile).backgroundImage.slice('url("'.length, -'")'.length);
    const image = await createImageBitmap(await (await fetch(address)).blob());
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d")!;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const strongest = new Set<number>();
    for (let k = 0; k < data.length; k += 4) {
      const pixel = [...data.subarray(k, k + 3)];
      if (Math.max(...pixel) - Math.min(...pixel) > 40) strongest.add(pixel.indexOf(Math.max(...pixel)));
    }
    return strongest.size;
  });
  // Levels would have one: all three are the same.
  expect(hues).toBe(3);
  await page.screenshot({ path: "test-results/models-pictures.png" });
});

test("a broken bundle is refused before anything is kept, and says why", async ({ entered: page }) => {
  await visit(page, "Models");
  const models = page.getByRole("list", { name: "Models" }).getByRole("listitem");
  await models.first().waitFor();
  const before = await models.count();
  await give(page, "half.resonance", readFileSync(BUNDLE).subarray(0, 200_000));
  const form = page.getByRole("form", { name: "Import a model" });
  await expect(form.getByRole("alert")).toContainText(/half\.resonance is damaged: it is cut short/, SOON);
  // Where the server keeps uploads is nothing for the page.
  await expect(form).not.toContainText("uploads");
  await expect(form.getByRole("button", { name: "Import" })).toHaveCount(0);
  expect(await models.count()).toBe(before);
});

test("a model that is dropped on any page is looked into on its own", async ({ entered: page }) => {
  await dropFile(page, "body", "dropped.resonance", readFileSync(BUNDLE));
  await expect(page).toHaveURL(/\/models$/);
  const form = page.getByRole("form", { name: "Import a model" });
  await expect(form.getByRole("textbox", { name: "Name" })).toHaveValue("dropped", SOON);
  // And on that page itself.
  await dropFile(page, "main", "another.resonance", readFileSync(BUNDLE));
  await expect(form.getByRole("textbox", { name: "Name" })).toHaveValue("another", SOON);
  await dropFile(page, "main", "notes.txt", Buffer.from("none"));
  await expect(page.getByText(/^notes\.txt is nothing to play or import\. Drop \.wav, .*\.opus.* or \.pth\.$/)).toBeVisible(SOON);
});

test("what a .pt holds beside its network is told before it is imported", async ({ entered: page }) => {
  const tests = resolve(import.meta.dirname, "../../tests/bundles");
  const write = "import sys; from pickles import *; sys.stdout.buffer.write(network_pickle(small_state(), {'img_resolution': 64, 'img_channels': 1}))";
  const network = execFileSync(process.env["PYTHON"] ?? "python3", ["-c", write], { env: { ...process.env, PYTHONPATH: tests } });
  await visit(page, "Models");
  await expect(page.getByLabel("Model file")).toHaveAttribute("accept", ".resonance,.pkl,.pt,.pth", SOON);
  await give(page, "theirs.pt", network);
  const form = page.getByRole("form", { name: "Import a model" });
  await expect(form).toContainText("pictures of 64 x 64", SOON);
  await expect(form).toContainText("Left out: G, D, training_set_kwargs, augment_pipe.");
  await form.scrollIntoViewIfNeeded();
  await page.screenshot({ path: "test-results/import-pt.png" });
});
