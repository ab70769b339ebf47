/** Textures: a sound leads, another gives its attributes; a search; axes; the map; a render. */
import { Ears, apart } from "./ears";
import { dropFile, expect, heard, keptPatch, play, SOON, test } from "./studio";
import { clicks, hiss } from "./textures";

const LIKE = '[aria-label="Sound that the texture shall be like"]';
const SOURCE = '[aria-label="Sound that gives its attributes"]';

test("a dropped sound leads the texture, another one gives it an attribute", async ({ entered: page, studio }) => {
  test.setTimeout(120_000);
  const ears = new Ears(page);
  await page.goto(`http://127.0.0.1:${studio.port}/texture/sound`);
  await play(page);
  await heard(page);
  const timbre = async () => {
    const from = ears.seconds;
    await expect.poll(() => ears.seconds - from, SOON).toBeGreaterThan(3);
    return ears.timbre();
  };
  const before = await timbre();
  await dropFile(page, LIKE, "hiss.wav", hiss());
  await expect(page.getByText("The texture sounds like hiss.wav now.")).toBeVisible(SOON);
  await expect.poll(async () => (await keptPatch(page)).place?.w?.length, SOON).toBeGreaterThan(8);
  const like = (await keptPatch(page)).place!.w!;
  expect(apart(before, await timbre())).toBeGreaterThan(1);

  // The keyboard reaches all of it.
  await page.getByRole("checkbox", { name: "Impact" }).focus();
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Take over" })).toBeEnabled();
  await dropFile(page, SOURCE, "clicks.wav", clicks());
  await page.getByRole("button", { name: "Take over" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("impact of clicks.wav: taken over.")).toBeVisible(SOON);
  await expect.poll(async () => (await keptPatch(page)).place?.w, SOON).not.toEqual(like);
  await page.keyboard.press("Control+z");
  await expect.poll(async () => (await keptPatch(page)).place?.w, SOON).toEqual(like);

  // A stranger's sound that is dropped anywhere on the page leads it too.
  await page.getByRole("tab", { name: "SeFa" }).click();
  await dropFile(page, "canvas", "clicks.wav", clicks());
  await expect(page.getByText("The texture sounds like clicks.wav now.")).toBeVisible(SOON);
  await expect(page.getByRole("tab", { name: "Your sound" })).toHaveAttribute("aria-selected", "true");
});

test("a search is the server's: children, opinions, the way back, a reload", async ({ entered: page, studio }) => {
  test.setTimeout(120_000);
  await page.goto(`http://127.0.0.1:${studio.port}/texture/query`);
  await play(page);
  const tiles = page.getByRole("group", { name: "Sounds to hear" }).locator("[data-sound]");
  const tile = (number: number) => page.locator(`[data-sound="${number}"]`);
  const place = async () => (await keptPatch(page)).place?.w;

  await page.getByRole("button", { name: "The sound that plays" }).click();
  await expect(tiles).toHaveCount(1, SOON);
  await page.getByRole("slider", { name: "How many children" }).focus();
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("button", { name: "Children of sound 0" }).click();
  await expect(tiles).toHaveCount(5, SOON);

  await tile(3).getByRole("button", { name: "Sound 3", exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(tile(3).locator("[aria-pressed=true]")).toHaveText(/Sound 3/);
  const third = await page.evaluate(async () => {
    const answer = await fetch(`/api/sessions/${sessionStorage.getItem("session/texture")}/search`);
    return ((await answer.json()) as { sounds: { place: { w: number[] } }[] }).sounds[3]!.place.w;
  });
  await expect.poll(place, SOON).toEqual(third);
  await page.getByRole("button", { name: "Like sound 3", exact: true }).click();
  await page.getByRole("button", { name: "Dislike sound 4" }).click();
  await page.getByRole("button", { name: "Children of the liked (1)" }).click();
  await expect(tile(6)).toBeVisible(SOON);
  await expect(tiles).toHaveCount(5);
  await expect.poll(place, SOON).not.toEqual(third);

  await dropFile(page, '[aria-label="Sound to begin with"]', "clicks.wav", clicks());
  await expect(tile(11).getByText("example clicks.wav")).toBeVisible(SOON);
  await expect(page.getByRole("button", { name: "Like sound 11", exact: true })).toHaveAttribute("aria-pressed", "true");

  await page.reload();
  await expect(tile(11)).toBeVisible(SOON);
  const lineage = page.getByRole("group", { name: "Lineage" });
  await lineage.getByRole("button", { name: "Go to sound 3, child of 0" }).click();
  await expect(tiles).toHaveCount(5);
  await expect.poll(place, SOON).toEqual(third);
  await expect(page.getByRole("button", { name: "Dislike sound 4" })).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("navigation", { name: "Way to these sounds" }).getByRole("button", { name: "Beginnings" }).click();
  await expect(tiles).toHaveCount(2);

  await page.getByRole("button", { name: "Begin anew" }).click();
  await page.getByRole("button", { name: "Forget 12 sounds" }).click();
  await expect(tiles).toHaveCount(0);
  await expect(page.getByRole("button", { name: "6 from anywhere" })).toBeEnabled();
});

test("a dimension of SeFa is heard and becomes the place", async ({ entered: page, studio }) => {
  test.setTimeout(120_000);
  await page.goto(`http://127.0.0.1:${studio.port}/texture/sefa`);
  await play(page);
  const dimensions = page.getByRole("slider", { name: /^Dimension/ });
  await expect(dimensions).toHaveCount(4);
  await page.getByRole("button", { name: "more dimensions" }).click();
  await expect(dimensions).toHaveCount(8);
  await page.getByRole("button", { name: "Example 2" }).click();
  await page.getByText("Late", { exact: true }).click();
  await page.getByRole("slider", { name: "Dimension 2" }).focus();
  for (let k = 0; k < 3; k++) await page.keyboard.press("PageUp");
  await expect.poll(async () => (await keptPatch(page)).controls["late/2"], SOON).toBeCloseTo(1.5);
  const example = (await keptPatch(page)).place?.w;
  await page.getByRole("button", { name: "Go on from here" }).click();
  await expect(page.getByRole("slider", { name: "Dimension 2" })).toHaveAttribute("aria-valuenow", "0", SOON);
  await expect.poll(async () => (await keptPatch(page)).place?.w, SOON).not.toEqual(example);
});

for (const [name, path] of [["Texture", "texture"], ["Face", "face"], ["Notes", "notes"]] as const) {
  test(`what the pointer passes on the map is heard, and not kept: ${name}`, async ({ entered: page, studio }) => {
    test.setTimeout(120_000);
    const ears = new Ears(page);
    await page.goto(`http://127.0.0.1:${studio.port}/${path}`);
    if (path !== "texture") await page.getByText("Map", { exact: true }).click();
    await play(page);
    const map = page.getByRole("slider", { name: "Map of the model's sounds" });
    await map.scrollIntoViewIfNeeded();
    const box = (await map.boundingBox())!;
    const places = () => ears.sent.filter((text) => text.includes('"place"')).length;
    // Nothing is heard in passing before the instrument is open.
    const pass = async () => {
      await page.mouse.move(box.x + 20, box.y + 30);
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 8 });
      return places();
    };
    await expect.poll(pass, SOON).toBeGreaterThan(1);
    await expect(page.getByText(/^Near /)).toBeVisible();
    await heard(page);
    await expect(page.getByRole("button", { name: "Undo" })).toBeDisabled();
    await page.mouse.move(5, 5);
    await expect.poll(async () => (await keptPatch(page)).place, SOON).toBeNull();

    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await expect(page.getByRole("button", { name: "Undo" })).toBeEnabled();
    await expect.poll(async () => (await keptPatch(page)).place?.w?.length, SOON).toBeGreaterThan(8);
    const clicked = (await keptPatch(page)).place?.w;
    await map.focus();
    await page.keyboard.press("ArrowUp");
    await expect.poll(async () => (await keptPatch(page)).place?.w, SOON).not.toEqual(clicked);

    await page.getByRole("switch", { name: "Hear what the pointer passes" }).click();
    await page.mouse.move(5, 5);
    const before = places();
    await page.mouse.move(box.x + 40, box.y + 40, { steps: 5 });
    await page.waitForTimeout(300);
    expect(places()).toBe(before);
  });
}

test("both sides keep their places, a random one of notes is played", async ({ entered: page, studio }) => {
  test.setTimeout(120_000);
  await page.goto(`http://127.0.0.1:${studio.port}/notes`);
  await play(page);
  const place = async () => (await keptPatch(page)).place?.w ?? null;
  await page.getByRole("button", { name: "Randomise" }).click();
  const one = await expect.poll(place, SOON).not.toBeNull().then(place);
  const families = 14;
  const shares = one!.slice(-2 - families, -2);
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
  expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 3);
  await page.keyboard.down("KeyA");
  await heard(page);
  await page.keyboard.up("KeyA");
  await page.keyboard.press("Control+b");
  await page.getByRole("button", { name: "Randomise" }).click();
  const two = await expect.poll(place, SOON).not.toEqual(one).then(place);
  await page.keyboard.press("Control+b");
  await expect.poll(place, SOON).toEqual(one);
  await page.keyboard.press("Control+b");
  await expect.poll(place, SOON).toEqual(two);
  await page.keyboard.press("Control+z");
  await expect.poll(place, SOON).toEqual(one);
});

test("a render goes on without its page and gives its files; a training is cancelled", async ({ entered: page, studio }) => {
  test.setTimeout(180_000);
  await page.goto(`http://127.0.0.1:${studio.port}/texture`);
  await page.getByRole("button", { name: "Presets" }).click();
  await page.getByRole("tab", { name: "Render" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Seconds").fill("2");
  await sheet.getByRole("button", { name: "Render", exact: true }).click();
  await expect(sheet.locator(".job")).toBeVisible(SOON);
  await page.goto(`http://127.0.0.1:${studio.port}/jobs`);
  const job = page.getByRole("article", { name: "Render of texture" });
  await expect(job.getByText("done")).toBeVisible({ timeout: 90_000 });
  const download = page.waitForEvent("download");
  await job.getByRole("link", { name: "texture.wav" }).click();
  expect((await download).suggestedFilename()).toBe("texture.wav");

  await page.getByRole("combobox", { name: "Recipe" }).selectOption("drone");
  await page.getByLabel("Name of the new model").fill("mine");
  await page.getByLabel("Changes to the recipe, one to a line").fill("synthetic=24\nbatch=2\nfolders=[]");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  const training = page.getByRole("article", { name: "Training mine from drone" });
  await expect(training.getByRole("progressbar")).toBeVisible(SOON);
  await page.reload();
  await training.getByRole("button", { name: "Cancel" }).click();
  await expect(training.getByText("cancelled").first()).toBeVisible(SOON);
  await training.getByRole("button", { name: "Forget Training mine from drone" }).click();
  await expect(training).toHaveCount(0);
});
