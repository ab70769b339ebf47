/** Music becomes pictures: a file plays, words lead somewhere, the projector shows it, a take becomes a film. */
import { execFileSync } from "node:child_process";
import type { Page } from "@playwright/test";
import { pixelsOf } from "./pixels";
import { expect, SOON, test, visit } from "./studio";
import { bursts } from "./textures";

/** the model is compiled, and a processor draws in place of a graphics card */
const LONG = { timeout: 120_000 };

test.use({ colorScheme: "dark" });

const drawn = async (page: Page) => Number(await page.locator(".picture.drawn").getAttribute("data-pictures"));
const loudness = async (page: Page) => Number(await page.getByRole("meter", { name: "Noise" }).getAttribute("aria-valuenow"));

async function playFile(page: Page): Promise<void> {
  await visit(page, "Vision");
  // Before Play the picture is the preset's own; the first that is drawn takes its place.
  const preview = page.locator(".drawn-preview");
  await expect.poll(() => preview.evaluate((shown: HTMLCanvasElement) => shown.width), SOON).toBeGreaterThan(1);
  await page.locator('input[aria-label="Music for the pictures"]').setInputFiles({ name: "bursts.wav", mimeType: "audio/wav", buffer: Buffer.from(bursts(120)) });
  await expect.poll(() => drawn(page), LONG).toBeGreaterThan(2);
  await expect(preview).toHaveCount(0);
}

/** How much of the picture changes while more of it is drawn. */
async function movement(page: Page): Promise<number> {
  const [before, count] = [(await pixelsOf(page, 64, 32)).light, await drawn(page)];
  await expect.poll(() => drawn(page), LONG).toBeGreaterThan(count + 2);
  const after = (await pixelsOf(page, 64, 32)).light;
  return before.reduce((sum, light, k) => sum + Math.abs(light - after[k]!), 0) / before.length;
}

test("a file plays into the pictures and the meters; the projector goes on", { tag: "@ci" }, async ({ entered: page, context }) => {
  test.setTimeout(400_000);
  await playFile(page);
  expect((await pixelsOf(page, 64, 32)).light.some((light) => light > 100)).toBe(true);
  await expect.poll(() => loudness(page), LONG).toBeGreaterThan(20);
  await expect.poll(() => movement(page), LONG).toBeGreaterThan(3);
  await expect.poll(() => loudness(page), LONG).toBe(0);

  const screen = await context.newPage();
  await screen.goto(new URL("/screen", page.url()).href);
  await screen.locator(".screen-drawn canvas").waitFor(LONG);
  await visit(page, "Settings");
  const shown = async () => {
    const box = screen.locator("canvas.drawn-canvas");
    return box.evaluate((canvas: HTMLCanvasElement) => {
      const copy = document.createElement("canvas");
      copy.width = 64;
      copy.height = 32;
      const at = copy.getContext("2d")!;
      at.drawImage(canvas, 0, 0, 64, 32);
      return Array.from(at.getImageData(0, 0, 64, 32).data);
    });
  };
  const before = await shown();
  await expect
    .poll(async () => (await shown()).reduce((sum, value, k) => sum + Math.abs(value - before[k]!), 0) / before.length, LONG)
    .toBeGreaterThan(1);
});

test("words lead to a place, and what is recorded becomes a film", async ({ entered: page }) => {
  test.setTimeout(400_000);
  await playFile(page);
  await page.getByLabel("Say what you want to see").fill("deep blue qwrtzp");
  await page.getByRole("button", { name: "See it" }).click();
  await expect(page.getByText(/Understood: .*blue/)).toBeVisible(LONG);
  await expect(page.getByText("Not known: qwrtzp")).toBeVisible();
  const blue = await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>("canvas.drawn-canvas")!;
    const copy = document.createElement("canvas");
    copy.width = copy.height = 16;
    const at = copy.getContext("2d")!;
    at.drawImage(canvas, 0, 0, 16, 16);
    const { data } = at.getImageData(0, 0, 16, 16);
    return { red: data.filter((_, k) => k % 4 === 0).reduce((a, b) => a + b, 0), blue: data.filter((_, k) => k % 4 === 2).reduce((a, b) => a + b, 0) };
  });
  expect(blue.blue + blue.red).toBeGreaterThan(0);

  await page.getByRole("button", { name: "Record", exact: true }).click();
  const begun = await drawn(page);
  await expect.poll(() => drawn(page), LONG).toBeGreaterThan(begun + 45);
  await page.getByRole("button", { name: "Stop recording" }).click();
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByRole("button", { name: "Models, jobs, settings" }).click();
  await page.getByRole("menuitem", { name: "Takes" }).click();
  const link = page.getByRole("link", { name: /\.mp4$/ });
  await expect(link).toBeVisible(LONG);
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const told = execFileSync(
    process.env["PYTHON"] ?? "python3",
    ["-c", "import av, sys; c = av.open(sys.argv[1]); print(len(c.streams.video), len(c.streams.audio), sum(1 for _ in c.decode(video=0)))", await download.path()],
  ).toString();
  const [videos, sounds, pictures] = told.trim().split(" ").map(Number);
  expect([videos, sounds]).toEqual([1, 1]);
  expect(pictures).toBeGreaterThan(20);
});

test("what words found is kept as a mood of a model of one's own", async ({ entered: page }) => {
  test.setTimeout(400_000);
  await visit(page, "Vision");
  await page.getByLabel("Say what you want to see").fill("peaceful soft blue");
  await page.getByRole("button", { name: "See it" }).click();
  await page.getByRole("button", { name: "Keep it as a mood" }).click(LONG);
  const form = page.getByRole("form", { name: "Keep it as a mood" });
  await expect(form.getByRole("textbox")).toHaveValue("my-fields");
  await form.getByRole("button", { name: "Keep", exact: true }).click();
  await page.screenshot({ path: "test-results/keep-mood.png" });
  await expect(page.getByText("The mood is kept in your model my-fields.")).toBeVisible({ timeout: 240_000 });
  await expect(page.getByRole("group", { name: "Moods" }).getByRole("button", { name: /Peaceful/i })).toBeVisible(LONG);
  await page.screenshot({ path: "test-results/kept-mood.png" });
});

test("all controls beside each other: names, what moves them and values do not overlap", { tag: "@ci" }, async ({ entered: page }) => {
  await visit(page, "Vision");
  await page.getByRole("button", { name: /^\d+ more$/ }).click(SOON);
  const heads = page.locator(".controls-pairs .control-head");
  await expect(heads.first()).toBeVisible();
  const over = await heads.evaluateAll((all) =>
    all.flatMap((head) => {
      const ends = [...head.children].map((one) => one.getBoundingClientRect());
      const room = head.getBoundingClientRect().right + 0.5;
      const fits = ends.every(({ left, right }, k) => right <= (ends[k + 1]?.left ?? room) && left < right);
      return fits ? [] : [head.textContent];
    }),
  );
  expect(over).toEqual([]);
});
