/** From the first run to sound, and what happens to it. */
import { readFileSync } from "node:fs";
import { dropFile, expect, heard, keptPatch, level, play, SOON, still, strike, test, visit } from "./studio";

test("the first press on a key of the piano is heard", { tag: "@ci" }, async ({ entered: page }) => {
  await visit(page, "Notes");
  await page.locator('[data-note="60"]').hover();
  await page.mouse.down();
  await heard(page, -40);
  await page.mouse.up();
  await still(page);
});

test("a computer keyboard plays, and holds only while keys are held", async ({ entered: page }) => {
  await visit(page, "Notes");
  await play(page);
  await strike(page, "KeyD");
  await expect(page.locator('[data-note="52"]')).toHaveClass(/lit/);
  await page.keyboard.up("KeyD");
  await still(page);
});

test("a slider changes the sound", { tag: "@ci" }, async ({ entered: page }) => {
  await visit(page, "Face");
  await play(page);
  // A face that never rests: the sound stays open.
  await page.getByRole("slider", { name: "Stillness" }).press("Home");
  await heard(page);
  const gain = page.getByRole("slider", { name: "Gain", exact: true });
  const rest = (await gain.getAttribute("aria-valuenow"))!;
  for (let k = 0; k < 9; k++) await gain.press("PageDown");
  await expect.poll(() => level(page), SOON).toBeLessThan(-50);
  // Nine quick steps back: none overtakes another.
  for (let k = 0; k < 9; k++) await page.keyboard.press("Control+z");
  await expect(gain).toHaveAttribute("aria-valuenow", rest);
  await heard(page);
  // The worklet itself measures from the control to its first sample.
  await expect(async () => {
    await gain.press("ArrowLeft");
    await expect(page.getByTestId("figures")).toContainText(/Latency\s+\d+\/\d+ ms/, { timeout: 1000 });
  }).toPass(SOON);
});

test("a reload keeps the session", async ({ entered: page }) => {
  await visit(page, "Notes");
  const cello = page.getByRole("button", { name: "Cello", exact: true });
  await cello.click();
  await play(page);
  const room = page.getByRole("slider", { name: "Room", exact: true });
  await room.press("End");
  await expect.poll(async () => (await keptPatch(page)).controls["reverb"], SOON).toBe(1);
  await page.reload();
  await expect(cello).toHaveAttribute("aria-pressed", "true", SOON);
  await expect(room).toHaveAttribute("aria-valuenow", "100");
});

test("the server is killed and comes back: the page says so and plays on", { tag: "@ci" }, async ({ entered: page, studio, troubles }) => {
  await visit(page, "Face");
  await play(page);
  await heard(page);
  expect(troubles).toEqual([]);
  await studio.kill();
  await expect(page.getByRole("alert")).toContainText("does not answer", SOON);
  await studio.open();
  await expect(page.getByRole("alert")).toHaveCount(0, SOON);
  await heard(page);
  // The browser itself tells of the sockets that could not be opened meanwhile, and of nothing else.
  const others = troubles.filter((text) => !/WebSocket|ERR_CONNECTION/.test(text));
  troubles.length = 0;
  expect(others).toEqual([]);
});

test("two tabs play two sessions; a copied tab says that it took the other's", async ({ entered: page, context }) => {
  await visit(page, "Face");
  await play(page);
  await heard(page);
  const session = await page.evaluate(() => sessionStorage.getItem("session/face"));

  const other = await context.newPage();
  await other.goto(page.url());
  await play(other);
  await heard(other);
  await expect(page.getByText("Another tab")).toHaveCount(0);

  await other.evaluate((id) => sessionStorage.setItem("session/face", id!), session);
  await other.reload();
  await other.getByRole("button", { name: "Play", exact: true }).click();
  await expect(page.getByText("Another tab plays this session now.")).toBeVisible(SOON);
  await page.getByRole("button", { name: "A session of its own" }).click();
  await expect(page.getByText("Another tab")).toHaveCount(0);
  await other.close();
});

test("a link carries a sound, a take carries it too", { tag: "@ci" }, async ({ entered: page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await visit(page, "Notes");
  const marimba = page.getByRole("button", { name: "Marimba", exact: true });
  await marimba.click();
  await page.getByRole("button", { name: "Share or export" }).click();
  await page.getByRole("menuitem", { name: "Copy a link to this sound" }).click();
  await expect(page.getByText("The link to this sound is copied.")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await context.newPage();
  await other.goto(link);
  await expect(other.getByRole("button", { name: "Marimba", exact: true })).toHaveAttribute("aria-pressed", "true", SOON);
  await other.close();

  // Recorded, downloaded, and dropped again.
  await play(page);
  await page.getByRole("button", { name: "Record", exact: true }).click(SOON);
  const recording = page.getByRole("button", { name: "Stop recording" });
  await recording.waitFor(SOON);
  await strike(page, "KeyA");
  await page.keyboard.up("KeyA");
  await recording.click();
  await expect(page.getByText("The take is kept")).toBeVisible(SOON);
  await page.getByRole("button", { name: "Share or export" }).click();
  await page.getByRole("menuitem", { name: "Takes" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "WAV" }).click();
  const wave = readFileSync(await (await download).path());
  expect(wave.subarray(0, 4).toString()).toBe("RIFF");
  expect(Math.max(...loudness(wave))).toBeGreaterThan(0.01);
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Flute", exact: true }).click();
  await dropFile(page, "body", "take.wav", wave);
  await expect(marimba).toHaveAttribute("aria-pressed", "true", SOON);
  await expect.poll(async () => (await keptPatch(page)).place?.weights, SOON).toEqual({ "instrument/marimba": 1 });
});

/** Peaks of a 16, 24 or 32 bit wave's samples, by their highest two bytes. */
function loudness(wave: Buffer): number[] {
  const format = wave.indexOf("fmt ") + 8;
  const bytes = wave.readUInt16LE(format + 14) / 8;
  const float = wave.readUInt16LE(format) === 3;
  const found: number[] = [];
  const data = wave.indexOf("data") + 8;
  for (let at = data; at + bytes <= Math.min(wave.length, data + wave.readUInt32LE(data - 4)); at += 97 * bytes) {
    found.push(Math.abs(float ? wave.readFloatLE(at) : wave.readInt16LE(at + bytes - 2) / 32768));
  }
  return found;
}

test("presets are kept by name and taken up again", async ({ entered: page }) => {
  await visit(page, "Notes");
  const oboe = page.getByRole("button", { name: "Oboe", exact: true });
  await oboe.click();
  await page.getByRole("button", { name: "Keep this sound" }).click();
  await page.getByLabel("Name").fill("Reed");
  await page.getByLabel("Tags, with commas").fill("soft, wind");
  await page.getByRole("button", { name: "Keep as preset" }).click();
  await expect(page.getByText("Reed is kept.")).toBeVisible(SOON);
  await page.getByRole("button", { name: "Trumpet", exact: true }).click();
  await expect(oboe).toHaveAttribute("aria-pressed", "false");
  await page.locator("#preset").click();
  await page.getByRole("button", { name: /^Reed/ }).click();
  await expect(oboe).toHaveAttribute("aria-pressed", "true");
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
