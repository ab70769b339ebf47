/** A face in front of a camera changes the sound; what leaves the page are numbers. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium, type Page } from "@playwright/test";
import { Ears } from "./ears";
import { expect, heard, letIn, level, listenForTroubles, play, SOON, test, visit, type Studio } from "./studio";

const FILM = resolve(import.meta.dirname, "../../../shared/data/faces/synth_bar.mp4");
const SECONDS = Number(process.env["FACE_SECONDS"] ?? 15);
const LONG = { timeout: 60_000 };
/** of one write to the network: a frame of the camera has no room in it */
const MOST_BYTES = 2000;
/** of what a page sends in one message: a dozen controls with their names */
const MOST_TEXT = 600;

interface NetLog {
  constants: { logEventTypes: Record<string, number> };
  events: { type: number; params?: { byte_count?: number } }[];
}

/** A browser whose camera shows the film. Gives the bytes of each of its writes to the network. */
async function beforeCamera(studio: Studio, act: (page: Page) => Promise<void>): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), "camera-"));
  const film = join(folder, "face.mjpeg");
  const log = join(folder, "net.json");
  try {
    execFileSync(process.env["PYTHON"] ?? "python3", [resolve(import.meta.dirname, "camera_film.py"), FILM, film, "0", "360"]);
    const browser = await chromium.launch({
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        `--use-file-for-fake-video-capture=${film}`,
        `--log-net-log=${log}`,
      ],
    });
    try {
      const context = await browser.newContext();
      const troubles = listenForTroubles(context, studio);
      const page = await context.newPage();
      await letIn(page, await studio.open());
      await visit(page, "Face");
      await act(page);
      expect(troubles).toEqual([]);
    } finally {
      await browser.close();
    }
    const { constants, events } = JSON.parse(readFileSync(log, "utf8")) as NetLog;
    const sent = constants.logEventTypes["SOCKET_BYTES_SENT"];
    return events.filter(({ type }) => type === sent).map(({ params }) => params?.byte_count ?? 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const showFace = async (page: Page) => {
  await page.getByText("Camera", { exact: true }).click();
  await expect(page.getByText("A face is seen")).toBeVisible(LONG);
};

test("a face plays, and no picture leaves the page", { tag: "@ci" }, async ({ studio }) => {
  test.skip(!existsSync(FILM), "the recordings are not here");
  test.setTimeout(180_000 + 1000 * SECONDS);
  let ears: Ears | null = null;
  const writes = await beforeCamera(studio, async (page) => {
    ears = new Ears(page);
    await play(page);
    await heard(page, -50);
    await showFace(page);
    const mouth = page.getByRole("meter", { name: "Mouth" });
    const underruns = Number(await page.getByTestId("underruns").innerText());
    const levels: number[] = [];
    const opened: number[] = [];
    const least = Date.now() + 1000 * SECONDS;
    // As long as asked for, and until the whole gesture was seen and heard.
    await expect
      .poll(
        async () => {
          levels.push(await level(page));
          opened.push(Number(await mouth.getAttribute("aria-valuenow")));
          const moved = Math.max(...opened) > 0.5 && Math.min(...opened) < 0.1;
          return moved && Math.max(...levels) - Math.min(...levels) > 3 && Date.now() > least;
        },
        { timeout: 60_000 + 1000 * SECONDS, intervals: [100] },
      )
      .toBe(true);
    // Neither a picture nor a film of the player is on the page.
    expect(await page.locator("video").count()).toBe(0);
    const figures = (await page.getByTestId("figures").innerText()).replaceAll("\n", ", ");
    const more = Number(await page.getByTestId("underruns").innerText()) - underruns;
    const frame = await page.getByText("A face is seen").innerText();
    console.log(`${SECONDS} s: ${figures}; underruns while the face played: ${more}; ${frame}`);
  });
  console.log(`${writes.length} writes, the largest of ${Math.max(...writes)} bytes, ${(writes.reduce((a, b) => a + b, 0) / 1000).toFixed(0)} kB in all`);
  expect(writes.length).toBeGreaterThan(100);
  expect(Math.max(...writes)).toBeLessThan(MOST_BYTES);

  // Of the socket, message by message: no binary frame, and texts are short and made of numbers.
  const { sent, binarySent } = ears!;
  expect(binarySent).toBe(0);
  const messages = sent.map((text) => JSON.parse(text) as { type: string; values?: Record<string, unknown> });
  for (const { type } of messages) expect(["pull", "look", "ping", "controls"]).toContain(type);
  const controls = messages.filter(({ type }) => type === "controls");
  expect(controls.length).toBeGreaterThan(20);
  for (const { values } of controls) {
    expect(Object.keys(values!).length).toBeLessThanOrEqual(13);
    for (const value of Object.values(values!)) expect(typeof value).toBe("number");
  }
  expect(Math.max(...sent.map((text) => text.length))).toBeLessThan(MOST_TEXT);
});

test("a face at rest is kept: it is there after a reload, and can be forgotten", async ({ studio }) => {
  test.skip(!existsSync(FILM), "the recordings are not here");
  test.setTimeout(240_000);
  await beforeCamera(studio, async (page) => {
    const kept = () =>
      page.evaluate(async () => {
        const settings = (await (await fetch("/api/settings")).json()) as { neutral_face: Record<string, number> };
        return settings.neutral_face;
      });
    const forget = page.getByRole("button", { name: "Forget it" });
    await showFace(page);
    await expect(forget).toHaveCount(0);
    expect(await kept()).toEqual({});
    await page.getByRole("button", { name: "This is my face at rest" }).click();
    await expect(page.getByText("Your face at rest is kept.")).toBeVisible(LONG);
    const first = await kept();
    expect(Object.keys(first).sort()).toEqual([
      "brow", "brow_range", "mouth", "mouth_range", "mouth_width", "pitch", "roll", "yaw",
    ]);

    await page.reload();
    await showFace(page);
    await expect(forget).toBeVisible(SOON);
    expect(await kept()).toEqual(first);
    // It is what the worker measures from: the face is the same film, so something is near rest again.
    const mouth = page.getByRole("meter", { name: "Mouth", exact: true });
    await expect.poll(async () => Number(await mouth.getAttribute("aria-valuenow")), LONG).toBeLessThan(0.1);

    await forget.click();
    await expect(forget).toHaveCount(0, SOON);
    expect(await kept()).toEqual({});
    await expect(page.getByText("A face is seen")).toBeVisible(LONG);
  });
});
