/** A recorded voice becomes a picture, kept with its sound; the microphone is asked for on a press alone. */
import type { Page } from "@playwright/test";
import { pixelsOf } from "./pixels";
import { expect, SOON, test, visit } from "./studio";

/** the model is opened, and two busy cores paint */
const LONG = { timeout: 60_000 };

/** Counts what is asked of the browser, and keeps what it gave. */
async function watchMicrophone(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const asked: MediaStream[] = [];
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await ask(wanted);
      asked.push(stream);
      return stream;
    };
    Object.assign(window, { asked });
  });
}

const microphones = (page: Page) =>
  page.evaluate(() => (window as unknown as { asked: MediaStream[] }).asked.map((stream) => stream.getTracks().map(({ readyState }) => readyState).join()));

async function recordTake(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Record your voice" }).click();
  // Sound has come, not only time gone by.
  await expect.poll(async () => Number.parseFloat(await page.locator(".voice-take.num").innerText()), SOON).toBeGreaterThan(1);
  await page.getByRole("button", { name: "Stop recording your voice" }).click();
}

test("a voice becomes a picture that is kept with its sound until it is deleted", { tag: "@ci" }, async ({ entered: page }) => {
  await watchMicrophone(page);
  await page.reload();
  await page.getByRole("navigation", { name: "Instruments" }).getByRole("link").first().waitFor();
  const there = await page.getByRole("navigation", { name: "Instruments" }).getByRole("link", { name: "Voice", exact: true }).count();
  test.skip(there === 0, "the voice instrument is not there: its model is missing");
  await visit(page, "Voice");
  await expect(page.getByText("Your voice stays on this computer.")).toBeVisible(SOON);
  // It has no presets of the factory: nothing is offered that leads nowhere.
  await expect(page.getByRole("button", { name: "Next preset" })).toBeDisabled();
  await page.getByLabel("What shall it show?").fill("red circles, qwrtzp");
  expect(await microphones(page)).toEqual([]);

  await recordTake(page);
  const picture = page.getByRole("region", { name: "The picture" }).getByRole("img", { name: "Take 1: red circles, qwrtzp" });
  await expect(picture).toBeVisible(LONG);
  expect(await microphones(page)).toEqual(["ended"]);
  await expect(page.locator(".voice-marks u").filter({ hasText: "circles" })).toHaveCount(1);
  await expect(page.locator(".voice-marks s")).toHaveText("qwrtzp");
  await expect(page.getByText("Not known: qwrtzp")).toBeVisible();
  const looks = await picture.evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    const copy = document.createElement("canvas");
    copy.width = copy.height = 16;
    const at = copy.getContext("2d")!;
    at.drawImage(image, 0, 0, 16, 16);
    const file = await (await fetch(image.src)).text();
    return { shades: new Set(new Uint32Array(at.getImageData(0, 0, 16, 16).data.buffer)).size, recipe: file.includes("recipe: {") };
  });
  expect(looks.shades).toBeGreaterThan(3);
  expect(looks.recipe).toBe(true);

  await page.reload();
  const take = page.getByRole("region", { name: "Takes" }).getByRole("button", { name: /^Take 1, / });
  await expect(take.getByRole("presentation")).toBeVisible(SOON);
  await expect(page.getByLabel("What shall it show?")).toHaveValue("red circles, qwrtzp");
  await expect(page.getByText("Not known: qwrtzp")).toBeVisible();
  await page.getByRole("button", { name: "Delete Take 1" }).press("Enter");
  await page.getByRole("button", { name: "Keep", exact: true }).press("Enter");
  await expect(take).toHaveCount(1);
  await page.getByRole("button", { name: "Delete Take 1" }).press("Enter");
  await page.getByRole("button", { name: "Delete", exact: true }).press("Enter");
  await expect(take).toHaveCount(0);
  // Whoever goes by keys goes on from there.
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("BUTTON");
  await page.reload();
  await expect(page.getByText("What you record is kept here")).toBeVisible(SOON);
});

test("a page that is left keeps what was said until then; a surprise is a place of the model", { tag: "@ci" }, async ({ entered: page }) => {
  await watchMicrophone(page);
  await page.reload();
  await visit(page, "Voice");
  await page.getByLabel("What shall it show?").fill("blue rings");
  await page.getByRole("button", { name: "Record your voice" }).click();
  await expect.poll(async () => Number.parseFloat(await page.locator(".voice-take.num").innerText()), SOON).toBeGreaterThan(1);
  await visit(page, "Texture");
  await expect(page.getByText("Your recording is kept on the Voice page.")).toBeVisible();
  await expect.poll(() => microphones(page), SOON).toEqual(["ended"]);
  await visit(page, "Voice");
  const take = page.getByRole("region", { name: "Takes" }).getByRole("button", { name: /^Take 1, / });
  await expect(take.getByRole("presentation")).toBeVisible(LONG);
  const surprised = page.waitForResponse(/\/random\?seed=/);
  await page.getByRole("button", { name: "Surprise me" }).click();
  expect((await surprised).status()).toBe(200);
});

test("live, the picture moves while one speaks, and goes over to what is typed", { tag: "@ci" }, async ({ entered: page }) => {
  await watchMicrophone(page);
  await page.reload();
  await visit(page, "Voice");
  const prompt = page.getByLabel("What shall it show?");
  await prompt.fill("circles on a dark ground");
  const live = page.getByRole("switch", { name: "Live: the picture moves while you speak" });
  await live.click();
  const light = async () => {
    const { light } = await pixelsOf(page, 16, 16);
    return light.reduce((sum, one) => sum + one, 0) / light.length / 3;
  };
  // Pitch turns the colours, so that only how light the ground is tells what was read.
  await expect.poll(light, LONG).toBeGreaterThan(3);
  await expect.poll(light, LONG).toBeLessThan(90);
  const before = await pixelsOf(page, 64, 64);
  await prompt.fill("circles on a bright ground");
  await expect.poll(light, LONG).toBeGreaterThan(130);
  await prompt.fill("circles on a dark ground");
  await expect.poll(light, LONG).toBeLessThan(90);
  const after = await pixelsOf(page, 64, 64);
  expect(after.light).not.toEqual(before.light);
  await live.click();
  await expect.poll(() => microphones(page), SOON).toEqual(["ended"]);
});
