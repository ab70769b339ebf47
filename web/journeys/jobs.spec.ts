/** Long work: what it needs is told beforehand, how long it takes while it runs; it can be tried again. */
import { resolve } from "node:path";
import type { Page } from "@playwright/test";
import { expect, SOON, test, visit } from "./studio";

const LONG = { kind: "render", patch: { instrument: "face" }, seconds: 3600 };

/** Asked for by the page, so that cookie and origin are its own. */
const ask = <T>(page: Page, method: string, path: string, body: unknown) =>
  page.evaluate(
    async ({ method, path, body }) => {
      const raw = typeof body === "string";
      const answer = await fetch(path, {
        method,
        body: raw ? body : JSON.stringify(body),
        headers: { "Content-Type": raw ? "application/octet-stream" : "application/json" },
      });
      return (answer.status === 204 ? null : await answer.json()) as T;
    },
    { method, path, body },
  );

test("a job says how long it still takes, and one that was cut off is tried again", { tag: "@ci" }, async ({ entered: page }) => {
  await ask(page, "POST", "/api/jobs", LONG);
  await visit(page, "Jobs");
  const jobs = page.getByRole("list", { name: "Jobs" }).getByRole("article");
  const running = jobs.first();
  await expect(running.getByText("so far")).toBeVisible(SOON);
  await expect(running.getByRole("status")).toContainText(/Running (about \d+(\.5)? (s|min|h)|a few seconds) left/, SOON);
  // Each says of which job it is: a list of many has many of them.
  await expect(running.getByRole("progressbar", { name: "Progress of Render of face" })).toBeVisible();
  await ask(page, "POST", "/api/jobs", LONG);
  await page.reload();
  const waiting = jobs.first();
  await expect(waiting.getByRole("status")).toContainText("Waits for Render of face", SOON);
  await waiting.getByRole("button", { name: "Cancel Render of face" }).click();
  await expect(waiting.getByRole("status")).toContainText("Cancelled", SOON);
  await page.getByRole("button", { name: "Forget all that ended" }).click();
  await page.getByRole("button", { name: "Forget 1" }).click();
  await expect(jobs).toHaveCount(1);
  await running.getByRole("button", { name: "Cancel" }).click();
  await expect(jobs.first().getByRole("status")).toContainText("Cancelled", SOON);
  await jobs.first().getByRole("button", { name: "Try again: Render of face" }).click();
  await expect(jobs).toHaveCount(2);
  await expect(jobs.first().getByRole("progressbar")).toBeVisible(SOON);
  await jobs.first().getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("button", { name: "Try again" })).toHaveCount(2, SOON);
  await page.getByRole("button", { name: /^Forget Render/ }).first().click();
  await expect(jobs).toHaveCount(1);
});

test("a job whose file is gone says so when it is tried again", async ({ entered: page, troubles }) => {
  const upload = await ask<{ id: string }>(page, "POST", "/api/uploads?name=half.resonance", "no bundle");
  await ask(page, "POST", "/api/jobs", { kind: "import", upload: upload.id, name: "half" });
  await visit(page, "Jobs");
  const job = page.getByRole("article", { name: "Import of half" });
  await expect(job.getByRole("status")).toContainText("Failed", SOON);
  await ask(page, "DELETE", `/api/uploads/${upload.id}`, {});
  await job.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("the file that this job was given is gone: choose it again")).toBeVisible();
  // The browser tells of the refusal by itself.
  expect(troubles.splice(0)).toHaveLength(1);
});

test.describe("without PyTorch", () => {
  test.use({ modules: resolve(import.meta.dirname, "without-torch"), permissions: ["clipboard-read", "clipboard-write"] });

  test("what is missing is told beforehand, with the command that mends it", { tag: "@ci" }, async ({ entered: page }) => {
    await visit(page, "Jobs");
    const form = page.getByRole("form", { name: "Train a model" });
    await expect(form.getByText("Training needs PyTorch.")).toBeVisible(SOON);
    await expect(form.getByText("Nothing is installed by itself. Copy the command and run it.")).toBeVisible();
    const train = form.getByRole("button", { name: "Train" });
    await expect(train).toBeDisabled();
    await expect(train).toHaveAccessibleDescription(/Training needs PyTorch/);
    await form.getByRole("button", { name: "Copy" }).click();
    await expect(form.getByText("Copied")).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('pip install "latent-resonance[train]"');
    // What needs no PyTorch is offered as ever.
    await expect(page.getByRole("form", { name: "Prepare sounds" }).getByRole("button", { name: "Prepare" })).toBeEnabled();
    await visit(page, "Models");
    await page.getByLabel("Model file").setInputFiles({ name: "a.pkl", mimeType: "application/octet-stream", buffer: Buffer.from("no") });
    await expect(page.getByText("Importing a network needs PyTorch.")).toBeVisible(SOON);
  });
});
