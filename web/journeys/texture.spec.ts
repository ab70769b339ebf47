/** Textures: the map; a sound leads, another gives its attributes; breeding; directions without a name. */
import type { Page } from "@playwright/test";
import { Ears, apart } from "./ears";
import { dropFile, expect, heard, keptPatch, play, SOON, test } from "./studio";
import { clicks, hiss } from "./textures";

const LIKE = '[aria-label="Sound that the texture shall be like"]';
const SOURCE = '[aria-label="Sound that gives its attributes"]';

const weights = async (page: Page) => (await keptPatch(page)).place?.weights ?? {};
const spot = (page: Page, name: string) => page.locator(".place").and(page.getByRole("button", { name, exact: true }));
const ringOf = (page: Page) => page.getByRole("slider", { name: "You, among the sounds" });

test("the map: a press goes there, a drag blends, arrows walk, words find, the wheel zooms", { tag: "@ci" }, async ({ entered: page, studio }) => {
  test.setTimeout(180_000);
  const ears = new Ears(page);
  await page.goto(`http://127.0.0.1:${studio.port}/texture`);
  await play(page);
  await heard(page);
  await expect(page.locator(".place .thumb.empty")).toHaveCount(0, { timeout: 60_000 });
  const timbre = async () => {
    const from = ears.seconds;
    await expect.poll(() => ears.seconds - from, SOON).toBeGreaterThan(3);
    return ears.timbre();
  };
  await spot(page, "Storm rain").click();
  await expect.poll(() => weights(page), SOON).toEqual({ rain_thunder: 1 });
  await expect(page.getByText("Storm rain 100 %")).toBeVisible();
  const rain = await timbre();
  await spot(page, "Crickets").click();
  await expect.poll(() => weights(page), SOON).toEqual({ insects: 1 });
  await expect.poll(async () => apart(rain, await timbre()), SOON).toBeGreaterThan(3);

  // From one place part of the way to another: both are heard, and others at most beside them.
  const ring = ringOf(page);
  const from = (await ring.boundingBox())!;
  const to = (await spot(page, "Crowd").boundingBox())!;
  await page.mouse.move(from.x + 12, from.y + 12);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x + to.width / 2) / 2, (from.y + to.y + to.height / 2) / 2, { steps: 10 });
  await page.mouse.up();
  await expect.poll(async () => Object.keys(await weights(page)).length, SOON).toBeGreaterThan(1);
  const blend = await weights(page);
  expect(Object.keys(blend).length).toBeLessThanOrEqual(3);
  expect(Object.values(blend).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  expect(blend["insects"]).toBeGreaterThan(0.2);
  await page.keyboard.press("Control+z");
  await expect.poll(() => weights(page), SOON).toEqual({ insects: 1 });

  await ring.focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => weights(page), SOON).toEqual({ birds: 1 });
  await page.keyboard.press("ArrowRight");
  await expect(ring).toHaveAttribute("aria-valuetext", "Farm 100 percent", SOON);

  await page.getByRole("button", { name: "Find a sound" }).click();
  await page.keyboard.type("chime");
  await expect(spot(page, "Wind")).toHaveClass(/dim/, SOON);
  await expect(spot(page, "Chime")).not.toHaveClass(/dim/);
  await page.keyboard.press("Enter");
  await expect.poll(() => weights(page), SOON).toEqual({ bell_chime: 1 });
  await page.keyboard.press("Escape");

  const before = (await spot(page, "Wind").boundingBox())!;
  await page.mouse.move(before.x + 5, before.y + 5);
  await page.mouse.wheel(0, -400);
  await expect.poll(async () => (await spot(page, "Wind").boundingBox())!.width, SOON).toBeGreaterThan(1.2 * before.width);
  await page.getByRole("button", { name: "Fit all" }).click();
  await expect.poll(async () => (await spot(page, "Wind").boundingBox())!.width, SOON).toBeCloseTo(before.width, 0);
});

test("what the pointer rests on is heard, and not kept", async ({ entered: page, studio }) => {
  test.setTimeout(120_000);
  const ears = new Ears(page);
  await page.goto(`http://127.0.0.1:${studio.port}/texture`);
  await play(page);
  await heard(page);
  const set = JSON.stringify((await keptPatch(page)).place);
  const heardInPassing = () => ears.sent.filter((text) => text.includes('"place"')).length;
  await spot(page, "Wind").hover();
  await expect.poll(() => ears.sent.some((text) => text.includes('"wind":1')), SOON).toBe(true);
  await spot(page, "Glass").hover();
  await expect.poll(() => ears.sent.some((text) => text.includes('"glass":1')), SOON).toBe(true);
  await expect(page.getByRole("button", { name: "Undo" })).toBeDisabled();
  await page.mouse.move(5, 300);
  await expect.poll(async () => JSON.stringify((await keptPatch(page)).place), SOON).toBe(set);

  await page.getByRole("switch", { name: "Hear on hover" }).click();
  const before = heardInPassing();
  await spot(page, "Wind").hover();
  await page.waitForTimeout(600);
  expect(heardInPassing()).toBe(before);
});

test("a dropped sound leads the texture, another one gives it an attribute", async ({ entered: page, studio }) => {
  test.setTimeout(180_000);
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
  // Its place is shown beside the named one that is nearest, and how it differs.
  await expect(page.getByText(/^nearest: /)).toBeVisible(SOON);
  await expect(page.locator(".own-found .thumb.empty")).toHaveCount(0, SOON);

  // The keyboard reaches all of it.
  await page.getByRole("checkbox", { name: "Attack" }).focus();
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Take over" })).toBeEnabled();
  await dropFile(page, SOURCE, "clicks.wav", clicks());
  await page.getByRole("button", { name: "Take over" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Attack of clicks.wav: taken over.")).toBeVisible(SOON);
  await expect.poll(async () => (await keptPatch(page)).place?.w, SOON).not.toEqual(like);
  await page.keyboard.press("Control+z");
  await expect.poll(async () => (await keptPatch(page)).place?.w, SOON).toEqual(like);

  // A stranger's sound that is dropped anywhere on the page leads it too.
  await page.getByText("Map", { exact: true }).click();
  await dropFile(page, ".rail", "clicks.wav", clicks());
  await expect(page.getByText("The texture sounds like clicks.wav now.")).toBeVisible(SOON);
  await expect(page.getByRole("radio", { name: "From a sound" })).toBeChecked();
});

test("breeding is the server's: children in words, opinions, the way back, a reload", async ({ entered: page, studio }) => {
  test.setTimeout(180_000);
  await page.goto(`http://127.0.0.1:${studio.port}/texture/breed`);
  await play(page);
  const children = page.getByRole("group", { name: "Sounds to hear" }).locator("[data-sound]");
  const child = (number: number) => page.locator(`[data-sound="${number}"]`);
  const hearing = (number: number) => child(number).locator(".child-hear");
  const place = async () => (await keptPatch(page)).place?.w;

  await page.getByRole("button", { name: "The sound that plays" }).click();
  await expect(children).toHaveCount(1, SOON);
  await page.getByRole("slider", { name: "How many" }).focus();
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("button", { name: "Breed from this" }).click();
  await expect(children).toHaveCount(5, SOON);
  // Each has a picture, and says how it differs from its parent.
  await expect(child(3).locator(".thumb:not(.empty)")).toBeVisible(SOON);
  const words = /^((almost the same|(bright|dark|fast|slow|hard|soft|larg|small|rough|smooth|long|short)\w*r(, \w+)?)), sound 3$/;
  await expect(hearing(3)).toHaveText(words, SOON);

  await hearing(3).focus();
  await page.keyboard.press("Enter");
  await expect(hearing(3)).toHaveAttribute("aria-pressed", "true");
  const third = await page.evaluate(async () => {
    const answer = await fetch(`/api/sessions/${sessionStorage.getItem("session")}/search`);
    return ((await answer.json()) as { sounds: { place: { w: number[] } }[] }).sounds[3]!.place.w;
  });
  await expect.poll(place, SOON).toEqual(third);
  await page.getByRole("button", { name: "Like sound 3", exact: true }).click();
  await page.getByRole("button", { name: "Dislike sound 4" }).click();
  await page.getByRole("button", { name: "Breed from 1 liked" }).click();
  await expect(child(6)).toBeVisible(SOON);
  await expect(children).toHaveCount(5);
  await expect.poll(place, SOON).not.toEqual(third);

  await dropFile(page, '[aria-label="Sound to begin with"]', "clicks.wav", clicks());
  await expect(hearing(11)).toContainText("clicks.wav", SOON);
  await expect(page.getByRole("button", { name: "Like sound 11", exact: true })).toHaveAttribute("aria-pressed", "true");

  await page.reload();
  await expect(child(11)).toBeVisible(SOON);
  const lineage = page.getByRole("group", { name: "Lineage" });
  // The wheel zooms the tree, and all of it comes back.
  const parent = lineage.getByRole("button", { name: "Go to sound 3, child of 0" });
  const small = (await parent.boundingBox())!;
  await lineage.hover();
  await page.mouse.wheel(0, -300);
  await expect.poll(async () => (await parent.boundingBox())!.height, SOON).toBeGreaterThan(1.2 * small.height);
  await page.getByRole("button", { name: "Fit the lineage" }).click();
  await parent.click();
  await expect(children).toHaveCount(5);
  await expect.poll(place, SOON).toEqual(third);
  await expect(page.getByRole("button", { name: "Dislike sound 4" })).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("navigation", { name: "Way to these sounds" }).getByRole("button", { name: "Beginnings" }).click();
  await expect(children).toHaveCount(2);

  await page.getByRole("button", { name: "Begin anew" }).click();
  await page.getByRole("button", { name: "Forget 12 sounds" }).click();
  await expect(children).toHaveCount(0);
  await expect(page.getByRole("button", { name: "6 from anywhere" })).toBeEnabled();
});

test("a direction without a name is heard and becomes the place", async ({ entered: page, studio }) => {
  test.setTimeout(120_000);
  await page.goto(`http://127.0.0.1:${studio.port}/texture`);
  await play(page);
  await page.getByRole("button", { name: "More", exact: true }).click();
  const directions = page.getByRole("slider", { name: /^Direction/ });
  await expect(directions).toHaveCount(4);
  await page.getByRole("button", { name: "4 more" }).click();
  await expect(directions).toHaveCount(8);
  await page.getByRole("button", { name: "Example 2" }).click();
  await page.getByText("Late", { exact: true }).click();
  await page.getByRole("slider", { name: "Direction 2" }).focus();
  for (let k = 0; k < 2; k++) await page.keyboard.press("PageUp");
  await expect.poll(async () => (await keptPatch(page)).controls["late/2"] ?? 0, SOON).toBeGreaterThan(0.5);
  const example = (await keptPatch(page)).place?.w;
  await page.getByRole("button", { name: "Go on from here" }).click();
  await expect.poll(async () => (await keptPatch(page)).controls["late/2"], SOON).toBeCloseTo(0);
  await expect.poll(async () => (await keptPatch(page)).place?.w, SOON).not.toEqual(example);
});

test("a phone has the map first, and two controls always at hand", { tag: "@ci" }, async ({ entered: page, studio }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`http://127.0.0.1:${studio.port}/texture`);
  const map = page.getByRole("group", { name: "Map of sounds" });
  await expect(map).toBeVisible(SOON);
  expect((await map.boundingBox())!.height).toBeGreaterThan(250);
  await expect(page.getByRole("slider", { name: "Brightness" })).toBeInViewport();
  await page.getByText("Sound", { exact: true }).click();
  await expect(page.getByRole("slider", { name: "Low cut" })).toBeInViewport();
  await expect(page.getByRole("slider", { name: "Rate" })).toBeInViewport();
  await page.getByText("Shape", { exact: true }).click();
  await expect(page.getByRole("slider", { name: "Roughness" })).toBeVisible();
  await page.getByText("Map", { exact: true }).first().click();
  await page.getByRole("combobox", { name: "How to find a sound" }).selectOption("corners");
  await expect(page.getByRole("slider", { name: "Between four sounds" })).toBeAttached(SOON);
});
