/** From the first press to sound, and what happens to it. */
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { Ears } from "./ears";
import { dropFile, expect, heard, keptPatch, level, play, SOON, still, streams, strike, test, visit } from "./studio";
import { latencies, noteTold } from "./told";

const slider = (page: Page, name: string) => page.getByRole("slider", { name, exact: true });
const shown = async (page: Page, name: string) => (await slider(page, name).getAttribute("aria-valuetext"))!;

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
  await page.locator('[data-note="52"]').waitFor();
  await strike(page, "KeyD");
  await expect(page.locator('[data-note="52"]')).toHaveClass(/lit/);
  await page.keyboard.up("KeyD");
  await still(page);
});

test("a slider changes the sound, and back by undo", { tag: "@ci" }, async ({ entered: page }) => {
  await noteTold(page);
  await page.reload();
  await visit(page, "Texture");
  await play(page);
  await heard(page);
  await page.getByRole("button", { name: "More", exact: true }).click();
  const rest = await shown(page, "Level");
  for (let k = 0; k < 9; k++) await slider(page, "Level").press("PageDown");
  await expect.poll(() => level(page), SOON).toBeLessThan(-50);
  // Nine quick steps back: none overtakes another.
  for (let k = 0; k < 9; k++) await page.keyboard.press("Control+z");
  await expect(slider(page, "Level")).toHaveAttribute("aria-valuetext", rest);
  await heard(page);
  // The worklet itself measures from the control to its first sample, and the page says how long it took.
  await expect(async () => {
    await slider(page, "Level").press("ArrowLeft");
    expect((await latencies(page)).length).toBeGreaterThan(0);
    await expect(page.getByTestId("figures")).toContainText(/Delay \d+ ms/, { timeout: 1000 });
  }).toPass(SOON);
});

test("undo is there after another instrument was visited", async ({ entered: page }) => {
  await visit(page, "Texture");
  const rest = await shown(page, "Low cut");
  await slider(page, "Low cut").press("PageUp");
  const cut = await shown(page, "Low cut");
  expect(cut).not.toBe(rest);
  await visit(page, "Face");
  await visit(page, "Texture");
  await expect(slider(page, "Low cut")).toHaveAttribute("aria-valuetext", cut);
  await page.keyboard.press("Control+z");
  await expect(slider(page, "Low cut")).toHaveAttribute("aria-valuetext", rest);
  await page.keyboard.press("Control+y");
  await expect(slider(page, "Low cut")).toHaveAttribute("aria-valuetext", cut);
});

test("a reload keeps the session: instrument, controls, what moves them, tempo", async ({ entered: page }) => {
  await visit(page, "Texture");
  await play(page);
  await heard(page);
  await slider(page, "Low cut").press("PageUp");
  const cut = await shown(page, "Low cut");
  await page.getByRole("button", { name: "Let something move Speed" }).click();
  await page.getByRole("button", { name: "Triangle", exact: true }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /beats per minute/ }).click();
  await page.getByRole("textbox", { name: "Beats per minute" }).fill("93");
  await page.keyboard.press("Enter");
  await expect.poll(() => keptPatch(page), SOON).toMatchObject({ tempo: 93, moves: { speed: { kind: "lfo", shape: "triangle" } } });
  const session = await page.evaluate(() => sessionStorage.getItem("session"));

  await page.reload();
  await expect(slider(page, "Low cut")).toHaveAttribute("aria-valuetext", cut, SOON);
  await expect(page.getByRole("button", { name: /^Speed is moved by/ })).toBeAttached();
  await expect(page.getByRole("button", { name: "Tempo, 93 beats per minute: type another" })).toBeVisible();
  expect(await page.evaluate(() => sessionStorage.getItem("session"))).toBe(session);
  await play(page);
  await heard(page);
  await expect(slider(page, "Low cut")).toHaveAttribute("aria-valuetext", cut);
});

test("the server is killed and comes back: the page says so and the sound returns by itself", { tag: "@ci" }, async ({ entered: page, studio, troubles }) => {
  const ears = new Ears(page);
  await visit(page, "Texture");
  await play(page);
  await heard(page);
  // What is fetched once the page is idle is there: cut off, it would be told as a trouble.
  const fetched = () =>
    page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name).join("\n"));
  for (const lazy of ["Palette", "KeysDialog", "Stage", "Tour"]) {
    await expect.poll(fetched, SOON).toMatch(new RegExp(`/${lazy}-.*css`));
  }
  expect(troubles).toEqual([]);
  await studio.kill();
  await expect(page.getByRole("alert")).toContainText("does not answer", SOON);
  await still(page);
  // A page that was not shown before, and all around it, outlives that: it opens when somebody answers, with its style.
  await page.getByRole("button", { name: "Models, jobs, settings" }).click();
  await page.getByRole("menuitem", { name: "Jobs", exact: true }).click();
  await expect(page.locator("main")).toContainText("The studio does not answer. Trying again…", SOON);
  const before = ears.seconds;
  const tries: number[] = [];
  page.on("websocket", () => tries.push(Date.now()));
  await studio.start();
  const there = Date.now();
  await expect.poll(() => ears.seconds, { ...SOON, intervals: [50] }).toBeGreaterThan(before);
  await heard(page);
  const seconds = (Date.now() - there) / 1000;
  test.info().annotations.push({ type: "sound again after", description: `${seconds.toFixed(1)} s` });
  // It asks twice a second, and is let in the first time that somebody answers.
  expect(tries.filter((at) => at > there).length).toBeLessThanOrEqual(2);
  await expect(page.getByRole("heading", { level: 1, name: "Jobs" })).toBeVisible(SOON);
  await expect(page.locator(".sheet")).toHaveCSS("display", "grid");
  await expect(page.getByRole("alert")).toHaveCount(0, SOON);
  // The browser itself tells of what nobody answered meanwhile, and of nothing else.
  const others = troubles.filter((text) => !/WebSocket|net::ERR_(CONNECTION|EMPTY)/.test(text));
  troubles.length = 0;
  expect(others).toEqual([]);
});

test("a server that hangs is told, and the sound returns when it goes on", async ({ entered: page, studio, troubles }) => {
  const ears = new Ears(page);
  await visit(page, "Texture");
  await play(page);
  await heard(page);
  studio.hang();
  await expect(page.getByRole("alert")).toContainText("does not answer", SOON);
  const before = ears.seconds;
  studio.goOn();
  await expect.poll(() => ears.seconds, SOON).toBeGreaterThan(before);
  await heard(page);
  await expect(page.getByRole("alert")).toHaveCount(0, SOON);
  troubles.splice(0, troubles.length, ...troubles.filter((text) => !text.includes("WebSocket")));
});

test("two tabs play two sessions; a copied tab says that it took the other's", async ({ entered: page, context }) => {
  await visit(page, "Texture");
  await play(page);
  await heard(page);
  const session = await page.evaluate(() => sessionStorage.getItem("session"));
  const another = page.getByText("Another tab plays this session now.");

  const other = await context.newPage();
  await other.goto(page.url());
  await play(other);
  await heard(other);
  await expect(another).toHaveCount(0);
  await heard(page);
  expect(await other.evaluate(() => sessionStorage.getItem("session"))).not.toBe(session);

  await other.evaluate((id) => sessionStorage.setItem("session", id!), session);
  await other.reload();
  await play(other);
  await heard(other);
  await expect(another).toBeVisible(SOON);
  await page.getByRole("button", { name: "A session of its own" }).click();
  await expect(another).toHaveCount(0);
  await heard(page);
  await heard(other);
  await other.close();
});

test("a link carries a sound, a take carries it too", { tag: "@ci" }, async ({ entered: page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await visit(page, "Texture");
  for (let k = 0; k < 3; k++) await slider(page, "Low cut").press("PageUp");
  const cut = await shown(page, "Low cut");
  await page.getByRole("button", { name: "Share or export" }).click();
  await page.getByRole("menuitem", { name: "Copy a link to this sound" }).click();
  await expect(page.getByText("The link to this sound is copied.")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await context.newPage();
  await other.goto(link);
  await expect(slider(other, "Low cut")).toHaveAttribute("aria-valuetext", cut, SOON);
  // What it carried is taken in: a reload does not set it once more.
  await expect(other).toHaveURL(/\/texture$/);
  await other.close();

  // Recorded, downloaded, and dropped again.
  await play(page);
  await heard(page);
  await page.getByRole("button", { name: "Record", exact: true }).click(SOON);
  const recording = page.getByRole("button", { name: "Stop recording" });
  await expect(recording).toContainText("0:01", SOON);
  await recording.click();
  await expect(page.getByText("The take is kept")).toBeVisible(SOON);
  await page.getByRole("button", { name: "Share or export" }).click();
  await page.getByRole("menuitem", { name: "Takes" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "WAV" }).click();
  const wave = readFileSync(await (await download).path());
  expect(wave.subarray(0, 4).toString()).toBe("RIFF");
  expect(loudest(wave)).toBeGreaterThan(0.005);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  const kept = (await keptPatch(page)).controls["low_hz"]!;
  await slider(page, "Low cut").press("Delete");
  await expect(slider(page, "Low cut")).not.toHaveAttribute("aria-valuetext", cut);
  await dropFile(page, "body", "take.wav", wave);
  await expect(slider(page, "Low cut")).toHaveAttribute("aria-valuetext", cut, SOON);
  await expect.poll(async () => (await keptPatch(page)).controls["low_hz"], SOON).toBeCloseTo(kept, 2);
});

/** Peak of a 16, 24 or 32 bit wave's samples, by their highest two bytes. */
function loudest(wave: Buffer): number {
  const format = wave.indexOf("fmt ") + 8;
  const bytes = wave.readUInt16LE(format + 14) / 8;
  const float = wave.readUInt16LE(format) === 3;
  let most = 0;
  const data = wave.indexOf("data") + 8;
  for (let at = data; at + bytes <= Math.min(wave.length, data + wave.readUInt32LE(data - 4)); at += 97 * bytes) {
    most = Math.max(most, Math.abs(float ? wave.readFloatLE(at) : wave.readInt16LE(at + bytes - 2) / 32768));
  }
  return most;
}

test("presets are kept by name, found by their tags, taken up again, and deleted", { tag: "@ci" }, async ({ entered: page }) => {
  const chooser = page.locator("#preset");
  const presets = page.getByRole("dialog", { name: "Presets" });
  const own = presets.getByRole("button", { name: /^Thin air/ });
  await visit(page, "Texture");
  for (let k = 0; k < 3; k++) await slider(page, "Low cut").press("PageUp");
  const cut = await shown(page, "Low cut");
  await page.getByRole("button", { name: "Keep this sound" }).click();
  const keep = page.getByRole("dialog", { name: "Keep this sound" });
  await keep.getByRole("textbox", { name: "Name" }).fill("Thin air");
  await keep.getByRole("textbox", { name: "Tags, with commas" }).fill("soft, wind");
  await keep.getByRole("button", { name: "Keep as preset" }).click();
  await expect(chooser).toContainText("Thin air", SOON);
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await slider(page, "Low cut").press("Home");
  await expect(slider(page, "Low cut")).not.toHaveAttribute("aria-valuetext", cut);
  await chooser.click();
  await presets.getByRole("searchbox", { name: "Find a preset" }).fill("no such preset");
  await expect(own).toHaveCount(0);
  await presets.getByRole("searchbox").fill("wind");
  // One after the other can be listened to: it stays open.
  await own.click();
  await expect(own).toHaveAttribute("aria-pressed", "true", SOON);
  await expect(slider(page, "Low cut")).toHaveAttribute("aria-valuetext", cut, SOON);
  await page.keyboard.press("Escape");
  await expect(presets).toHaveCount(0);

  // It is one of the list that the arrows go through.
  await slider(page, "Low cut").press("Home");
  await page.getByRole("button", { name: "Next preset" }).click();
  await page.getByRole("button", { name: "Previous preset" }).click();
  await expect(chooser).toContainText("Thin air");
  await expect(slider(page, "Low cut")).toHaveAttribute("aria-valuetext", cut, SOON);

  await chooser.click();
  await own.focus();
  await presets.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(presets.getByText("Delete Thin air? This cannot be undone.")).toBeVisible();
  await presets.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(own).toHaveCount(0, SOON);
});

test("a sound that plays goes on while a preset is taken up, and undo leads back", async ({ entered: page }) => {
  await visit(page, "Texture");
  await slider(page, "Low cut").press("PageUp");
  await page.getByRole("button", { name: "Keep this sound" }).click();
  await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("Cut");
  await page.keyboard.press("Enter");
  await expect(page.locator("#preset")).toContainText("Cut", SOON);
  const cut = await shown(page, "Low cut");
  await slider(page, "Low cut").press("Home");
  const low = await shown(page, "Low cut");
  await play(page);
  await heard(page);
  await page.locator("#preset").click();
  await page.getByRole("dialog", { name: "Presets" }).getByRole("button", { name: /^Cut/ }).click();
  await page.keyboard.press("Escape");
  await expect(slider(page, "Low cut")).toHaveAttribute("aria-valuetext", cut, SOON);
  await streams(page);
  await heard(page);
  await page.keyboard.press("Control+z");
  await expect(slider(page, "Low cut")).toHaveAttribute("aria-valuetext", low, SOON);
});

test("undo after another preset brings the name of the one before, and Update is of that one", async ({ entered: page }) => {
  const chooser = page.locator("#preset");
  await visit(page, "Texture");
  for (const [name, key] of [["mine A", "Home"], ["mine B", "PageUp"]] as const) {
    await slider(page, "Low cut").press(key);
    await page.getByRole("button", { name: "Keep this sound" }).click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill(name);
    await page.keyboard.press("Enter");
    await expect(chooser).toContainText(name, SOON);
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  await page.getByRole("button", { name: "Previous preset" }).click();
  await expect(chooser).toHaveAccessibleName("Presets: mine A", SOON);
  const low = await shown(page, "Low cut");
  await page.getByRole("button", { name: "Next preset" }).click();
  await expect(chooser).toHaveAccessibleName("Presets: mine B", SOON);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(slider(page, "Low cut")).toHaveAttribute("aria-valuetext", low, SOON);
  await expect(chooser).toHaveAccessibleName("Presets: mine A", SOON);
  await page.getByRole("button", { name: "Redo" }).click();
  await expect(chooser).toHaveAccessibleName("Presets: mine B", SOON);
  // As a German keyboard tells Ctrl Z and Ctrl Y.
  const german = (key: string, code: string) =>
    page.evaluate((init) => document.body.dispatchEvent(new KeyboardEvent("keydown", init)), { key, code, ctrlKey: true, bubbles: true, cancelable: true });
  await german("z", "KeyY");
  await expect(chooser).toHaveAccessibleName("Presets: mine A", SOON);
  await german("y", "KeyZ");
  await expect(chooser).toHaveAccessibleName("Presets: mine B", SOON);
  await german("z", "KeyY");
  await expect(chooser).toHaveAccessibleName("Presets: mine A", SOON);
  await slider(page, "Low cut").press("PageUp");
  await expect(chooser).toHaveAccessibleName("Presets: mine A, changed", SOON);
  await page.getByRole("button", { name: "Keep this sound" }).click();
  await expect(page.getByRole("button", { name: "Update mine A" })).toBeVisible(SOON);
});

test("a preset's name that is there already is asked about: replaced, or kept beside it", async ({ entered: page }) => {
  const names = async () => {
    const all = await page.evaluate(async () => (await (await fetch("/api/presets?instrument=texture")).json()) as { name: string; factory: boolean }[]);
    return all.filter(({ name }) => name.toLowerCase().startsWith("same")).map(({ name }) => name);
  };
  const keep = page.getByRole("dialog", { name: "Keep this sound" });
  await visit(page, "Texture");
  await slider(page, "Low cut").press("Home");
  const shipped = (await page.locator("#preset").textContent())!;
  const ask = async (name: string) => {
    await page.getByRole("button", { name: "Keep this sound" }).click();
    await keep.getByRole("textbox", { name: "Name" }).fill(name);
    await page.keyboard.press("Enter");
  };
  await ask("Same");
  await expect(page.locator("#preset")).toContainText("Same", SOON);
  await slider(page, "Low cut").press("PageUp");
  const cut = await shown(page, "Low cut");

  await ask("same");
  await expect(keep.getByRole("alert")).toContainText("You have Same already.", SOON);
  await keep.getByRole("button", { name: "Keep as same 2" }).click();
  await expect(page.locator("#preset")).toContainText("same 2", SOON);
  expect(await names()).toEqual(["Same", "same 2"]);

  await ask("Same");
  await keep.getByRole("button", { name: "Replace Same" }).click();
  await expect(page.locator("#preset")).toHaveAccessibleName("Presets: Same", SOON);
  expect(await names()).toEqual(["Same", "same 2"]);
  await expect(slider(page, "Low cut")).toHaveAttribute("aria-valuetext", cut);

  // What ships is never replaced.
  await ask(shipped);
  await expect(keep.getByRole("alert")).toContainText(`${shipped} ships with the studio.`, SOON);
  await expect(keep.getByRole("button", { name: /^Replace/ })).toHaveCount(0);
  await page.screenshot({ path: "test-results/preset-taken.png" });
  await keep.getByRole("textbox", { name: "Name" }).fill(`${shipped} of mine`);
  await expect(keep.getByRole("alert")).toHaveCount(0);
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
    await expect(page.getByRole("heading", { level: 1, name: "Texture", exact: true })).toBeAttached(SOON);
    await expect(slider(page, "Speed")).toBeAttached(SOON);
  }
});
