/** Presets go out as one file, and come in again where it is dropped: shown first, taken then. */
import { readFileSync } from "node:fs";
import { dropFile, expect, SOON, test, visit } from "./studio";

test("a set is made, dropped on any page, shown, opened, and opened again only by replacing", async ({ entered: page, troubles }) => {
  await page.getByRole("button", { name: "Models, jobs, settings" }).click();
  await page.getByRole("menuitem", { name: "Share presets" }).click();
  const share = page.getByRole("dialog", { name: "Share presets" });
  const choices = share.getByRole("list", { name: "Presets to share" }).getByRole("checkbox");
  await choices.nth(2).check();
  const chosen = await choices.evaluateAll((all) => all.filter((one) => (one as HTMLInputElement).checked).length);
  await share.getByRole("textbox", { name: "Name of the file" }).fill("Friday night");
  await share.getByRole("button", { name: "Make Friday-night.resonance-set" }).click();
  const link = share.getByRole("link", { name: "Friday-night.resonance-set" });
  await expect(link).toBeVisible(SOON);
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const made = readFileSync(await download.path());
  await page.screenshot({ path: "test-results/sets-share.png" });
  await page.keyboard.press("Escape");

  await visit(page, "Models");
  await dropFile(page, "main", "Friday-night.resonance-set", made);
  const dialog = page.getByRole("dialog", { name: "Open a set" });
  const brought = dialog.getByRole("list", { name: "Presets of the set" }).getByRole("listitem");
  await expect(brought).toHaveCount(chosen, SOON);
  await expect.poll(() => brought.first().locator("canvas").evaluate((shown) => (shown as HTMLCanvasElement).width), SOON).toBeGreaterThan(1);
  await page.screenshot({ path: "test-results/sets-open.png" });
  await dialog.getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.getByText(/Friday-night\.resonance-set is open\. Yours now: \d presets?\./)).toBeVisible(SOON);
  await expect(dialog).toHaveCount(0);

  // One of them is changed here: what the set would write over is said.
  await page.evaluate(async () => {
    const all = (await (await fetch("/api/presets")).json()) as { id: string; factory: boolean; name: string; patch: unknown }[];
    const { id, name, patch } = all.find((one) => !one.factory)!;
    await fetch(`/api/presets/${id}`, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name, patch, line: "mine now" }),
    });
  });
  await dropFile(page, "main", "Friday-night.resonance-set", made);
  await expect(dialog.getByText(/^In the place of yours: preset face\//)).toBeVisible(SOON);
  await expect(dialog.getByText("replaces yours")).toHaveCount(1);
  await page.screenshot({ path: "test-results/sets-replace.png" });
  await dialog.getByRole("button", { name: "Open and replace" }).click();
  await expect(dialog).toHaveCount(0, SOON);

  // Cut short, and let fall on a zone for files.
  await page.getByRole("button", { name: "Models, jobs, settings" }).click();
  await page.getByRole("menuitem", { name: "Open a set" }).click();
  await dropFile(page, "dialog .file-drop", "half.resonance-set", made.subarray(0, 2000));
  await expect(dialog.getByRole("alert")).toContainText("half.resonance-set", SOON);
  await page.screenshot({ path: "test-results/sets-refused.png" });
  // The browser tells of the refusal by itself.
  expect(troubles.splice(0)).toHaveLength(1);
});
