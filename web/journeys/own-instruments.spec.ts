/** An instrument that was kept: on the page of its own kind, under another name, and gone with what was said. */
import { expect, play, SOON, streams, test, visit } from "./studio";

test("an instrument of one's own is renamed while it plays, and deleted", { tag: "@ci" }, async ({ entered: page, troubles }) => {
  await visit(page, "Texture");
  const breed = page.getByRole("radio", { name: "Breed" });
  await expect(breed).toBeVisible(SOON);
  await page.getByRole("button", { name: "Keep this sound" }).click();
  await page.getByLabel("Name").fill("Wet roof");
  await page.getByRole("button", { name: "Keep as instrument" }).click();
  await expect(page.getByText("Wet roof is an instrument now.")).toBeVisible(SOON);

  // It opens on Texture's page, and plays.
  await expect(page.getByRole("link", { name: "Wet roof", exact: true })).toBeVisible(SOON);
  await visit(page, "Wet roof");
  await expect(breed).toBeVisible(SOON);
  await play(page);
  await page.getByRole("button", { name: "Keep this sound" }).click();
  await page.getByLabel("Name").fill("Morning");
  await page.getByRole("button", { name: "Keep as preset" }).click();
  await expect(page.getByText("Morning is kept.")).toBeVisible(SOON);

  await page.getByRole("link", { name: "Latent Resonance: start" }).click();
  const card = (title: string) => page.getByRole("listitem").filter({ hasText: title });
  await expect(page.getByRole("button", { name: /^Rename or delete/ })).toHaveCount(1);
  await page.getByRole("button", { name: "Rename or delete Wet roof" }).click();
  const name = page.getByRole("textbox", { name: "Name" });
  await name.fill("Face");
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await expect(page.getByText("there is a recipe 'face' already: choose another name")).toBeVisible(SOON);
  // The browser tells of the refusal by itself.
  expect(troubles.splice(0)).toHaveLength(1);
  await name.fill("Dry roof");
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await expect(page.getByText("Wet roof is Dry roof now.")).toBeVisible(SOON);
  await expect(card("Wet roof")).toHaveCount(0);
  await expect(card("Dry roof")).toHaveCount(1);

  // It opens as it was left. Its picture is asked for, and is to be there before the preset goes.
  const drawn = page.waitForResponse((answer) => answer.url().endsWith("/preview"), { timeout: 60_000 });
  await page.goto(new URL("/play/dry_roof", page.url()).href);
  await expect(page.locator("#preset")).toContainText("Morning", SOON);
  expect((await drawn).status()).toBe(200);
  await page.getByRole("link", { name: "Latent Resonance: start" }).click();

  await page.getByRole("button", { name: "Rename or delete Dry roof" }).click();
  await page.getByRole("button", { name: "Delete…" }).click();
  await expect(page.getByText("Delete Dry roof and its preset? This cannot be undone. Takes and files of it stay.")).toBeVisible(SOON);
  await page.screenshot({ path: "test-results/own-instrument-delete.png" });
  await page.getByRole("button", { name: "Keep it" }).click();
  await page.getByRole("button", { name: "Delete…" }).click();
  await page.getByRole("button", { name: "Delete Dry roof", exact: true }).click();
  await expect(page.getByText("Dry roof is deleted.")).toBeVisible(SOON);
  await expect(card("Dry roof")).toHaveCount(0);
  await card("Texture").getByRole("button").click();
  await streams(page);
});
