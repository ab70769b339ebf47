/** From the first run to sound, and what happens to it. */
import { expect, level, test } from "./studio";

const silent = -60;

test("the first press on a key of the piano is heard", async ({ entered: page, troubles }) => {
  await page.getByRole("link", { name: "Notes" }).click();
  await page.locator('[data-note="60"]').hover();
  await page.mouse.down();
  await expect.poll(() => level(page), { timeout: 20_000 }).toBeGreaterThan(-40);
  await page.mouse.up();
  await expect.poll(() => level(page), { timeout: 20_000 }).toBe(silent);
  expect(troubles).toEqual([]);
});

test("a computer keyboard plays, and holds only while keys are held", async ({ entered: page }) => {
  await page.getByRole("link", { name: "Notes" }).click();
  await page.getByRole("button", { name: "Play" }).click();
  await page.getByRole("button", { name: "Stop" }).waitFor();
  await page.waitForTimeout(1500);
  await page.keyboard.down("KeyD");
  await expect(page.locator('[data-note="52"]')).toHaveClass(/down/);
  await expect.poll(() => level(page)).toBeGreaterThan(-40);
  await page.keyboard.up("KeyD");
  await expect.poll(() => level(page), { timeout: 15_000 }).toBe(silent);
});

test("a slider changes the sound within a blink", async ({ entered: page }) => {
  await page.getByRole("link", { name: "Face" }).click();
  await page.getByRole("button", { name: "Play" }).click();
  await expect.poll(() => level(page), { timeout: 20_000 }).toBeGreaterThan(-45);
  const gain = page.getByRole("slider", { name: "Gain", exact: true });
  await gain.focus();
  for (let k = 0; k < 9; k++) await page.keyboard.press("PageDown");
  await expect.poll(() => level(page), { timeout: 5000 }).toBeLessThan(-50);
  await page.keyboard.press("Control+z");
  await expect.poll(() => level(page), { timeout: 5000 }).toBeGreaterThan(-58);
  const figures = await page.getByTestId("figures").innerText();
  expect(figures).toMatch(/Latency\s+\d+\/\d+ ms/);
});

test("a reload keeps the session", async ({ entered: page }) => {
  await page.getByRole("link", { name: "Notes" }).click();
  await page.getByRole("combobox", { name: "Instrument" }).selectOption("cello");
  await page.getByRole("button", { name: "Play" }).click();
  await page.waitForTimeout(3000);
  await page.getByRole("slider", { name: "Reverb" }).focus();
  await page.keyboard.press("End");
  await page.waitForTimeout(1500);
  await page.reload();
  await expect(page.getByRole("combobox", { name: "Instrument" })).toHaveValue("cello");
  await expect(page.getByRole("slider", { name: "Reverb" })).toHaveAttribute("aria-valuenow", "1");
});

test("the server is killed and comes back: the page says so and plays on", async ({ entered: page, studio }) => {
  await page.getByRole("link", { name: "Face" }).click();
  await page.getByRole("button", { name: "Play" }).click();
  await expect.poll(() => level(page), { timeout: 20_000 }).toBeGreaterThan(-45);
  await studio.kill();
  await expect(page.getByRole("alert")).toContainText("does not answer");
  await studio.open();
  await expect(page.getByRole("alert")).toHaveCount(0, { timeout: 30_000 });
  await expect.poll(() => level(page), { timeout: 20_000 }).toBeGreaterThan(-45);
});

test("two tabs play two sessions; a copied tab says that it took the other's", async ({ entered: page, context }) => {
  await page.getByRole("link", { name: "Face" }).click();
  await page.getByRole("button", { name: "Play" }).click();
  await expect.poll(() => level(page), { timeout: 20_000 }).toBeGreaterThan(-45);
  const session = await page.evaluate(() => sessionStorage.getItem("session/face"));

  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByRole("button", { name: "Play" }).click();
  await expect.poll(() => level(other), { timeout: 20_000 }).toBeGreaterThan(-45);
  await expect(page.getByText("Another tab")).toHaveCount(0);

  await other.evaluate((id) => sessionStorage.setItem("session/face", id!), session);
  await other.reload();
  await other.getByRole("button", { name: "Play" }).click();
  await expect(page.getByText("Another tab plays this session now.")).toBeVisible({ timeout: 15_000 });
  await page.getByRole("button", { name: "A session of its own" }).click();
  await expect(page.getByText("Another tab")).toHaveCount(0);
  await other.close();
});

test("a link carries a sound, a take carries it too", async ({ entered: page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("link", { name: "Notes" }).click();
  await page.getByRole("combobox", { name: "Instrument" }).selectOption("marimba");
  await page.getByRole("button", { name: "Copy a link to this sound" }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await context.newPage();
  await other.goto(link);
  await expect(other.getByRole("combobox", { name: "Instrument" })).toHaveValue("marimba");
  await other.close();

  await page.getByRole("button", { name: "Play" }).click();
  await page.getByRole("button", { name: "Record" }).click({ timeout: 20_000 });
  await page.waitForTimeout(800);
  await page.keyboard.down("KeyA");
  await page.waitForTimeout(700);
  await page.keyboard.up("KeyA");
  await page.locator(".recording").click();
  await expect(page.getByText("The take is kept")).toBeVisible();
  await page.getByRole("button", { name: "Presets" }).click();
  await page.getByRole("tab", { name: "Takes" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "WAV" }).click();
  const path = await (await download).path();
  await page.keyboard.press("Escape");

  await page.getByRole("combobox", { name: "Instrument" }).selectOption("flute");
  const { readFileSync } = await import("node:fs");
  const text = readFileSync(path).toString("base64");
  await page.evaluate((data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const files = new DataTransfer();
    files.items.add(new File([bytes], "take.wav"));
    window.dispatchEvent(new DragEvent("drop", { dataTransfer: files, cancelable: true, bubbles: true }));
  }, text);
  await expect(page.getByRole("combobox", { name: "Instrument" })).toHaveValue("marimba");
});

test("presets are kept by name and taken up again", async ({ entered: page }) => {
  await page.getByRole("link", { name: "Notes" }).click();
  await page.getByRole("combobox", { name: "Instrument" }).selectOption("oboe");
  await page.getByRole("button", { name: "Presets" }).click();
  await page.getByLabel("Name").fill("Reed");
  await page.getByLabel("Tags, with commas").fill("soft, wind");
  await page.getByRole("button", { name: "Save preset" }).click();
  await expect(page.getByText("soft, wind")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("combobox", { name: "Instrument" }).selectOption("tuba");
  await page.getByRole("button", { name: "Presets" }).click();
  await page.getByRole("button", { name: /^Reed/ }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("combobox", { name: "Instrument" })).toHaveValue("oboe");
});

test("the prototypes' addresses lead to their pages", async ({ entered: page, studio }) => {
  const home = `http://127.0.0.1:${studio.port}`;
  const leads = {
    "our-algo": /\/texture$/,
    "algo-1": /\/texture\/query$/,
    algo1: /\/texture\/query$/,
    "algo-2": /\/texture\/sefa$/,
    algo2: /\/texture\/sefa$/,
  };
  for (const [app, target] of Object.entries(leads)) {
    await page.goto(`${home}/sound_design/?app=${app}`);
    await expect(page).toHaveURL(target);
    await expect(page.getByRole("navigation", { name: "Pages" })).toBeVisible();
  }
});
