/** A face in front of a camera changes the sound; what leaves the page are numbers. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium, type Page } from "@playwright/test";
import { Ears } from "./ears";
import { expect, heard, keptPatch, letIn, level, listenForTroubles, play, SOON, test, visit, type Studio } from "./studio";

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

/** Of the film, where somebody is before the camera all the time. */
const FRAMES = ["0", "360"];

/** A browser whose camera shows the film. Gives the bytes of each of its writes to the network. */
async function beforeCamera(studio: Studio, act: (page: Page) => Promise<void>): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), "camera-"));
  const film = join(folder, "face.mjpeg");
  const log = join(folder, "net.json");
  try {
    execFileSync(process.env["PYTHON"] ?? "python3", [resolve(import.meta.dirname, "camera_film.py"), FILM, film, ...FRAMES]);
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
      await page.getByRole("navigation", { name: "Instruments" }).getByRole("link").first().waitFor();
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

const PROMISE = "Your picture never leaves this page. Only these lines are drawn.";
const seen = (page: Page) => page.getByRole("region", { name: "Performer" }).getByText("Good distance");

const showFace = async (page: Page) => {
  // Said before the camera is asked for.
  await expect(page.getByText(PROMISE)).toBeVisible();
  await page.getByRole("button", { name: "Switch the camera on" }).click();
  await expect(seen(page)).toBeVisible(LONG);
};

/** Which part of the canvas carries a line, and how many pixels are not of the theme's text, its accent, or between. */
const drawn = (page: Page) =>
  page.locator("canvas.face-mesh").evaluate((canvas: HTMLCanvasElement) => {
    const style = getComputedStyle(canvas);
    const colour = (name: string) =>
      [1, 3, 5].map((at) => parseInt(style.getPropertyValue(name).trim().slice(at, at + 2), 16));
    const [text, accent] = [colour("--text"), colour("--accent")];
    const way = accent.map((value, k) => value - text[k]!);
    const square = way.reduce((sum, value) => sum + value * value, 0);
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let [lines, others] = [0, 0];
    for (let k = 0; k < data.length; k += 4) {
      if (data[k + 3] === 0) continue;
      lines++;
      if (data[k + 3]! < 100) continue;
      const from = text.map((value, c) => data[k + c]! - value);
      const part = Math.min(1, Math.max(0, from.reduce((sum, value, c) => sum + value * way[c]!, 0) / square));
      if (Math.hypot(...from.map((value, c) => value - part * way[c]!)) > 24) others++;
    }
    return { share: lines / (canvas.width * canvas.height), others };
  });

test("a face plays, and no picture leaves the page", { tag: "@ci" }, async ({ studio }) => {
  test.skip(!existsSync(FILM), "the recordings are not here");
  test.setTimeout(180_000 + 1000 * SECONDS);
  let ears: Ears | null = null;
  const writes = await beforeCamera(studio, async (page) => {
    ears = new Ears(page);
    await play(page);
    await heard(page, -50);
    await showFace(page);
    const mouth = page.getByRole("meter", { name: "Mouth open" });
    const underrun = async () => Number(await page.getByTestId("figures").getAttribute("data-underruns"));
    const underruns = await underrun();
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
    // Neither a picture nor a film of the player is on the page: lines are, on nothing.
    expect(await page.locator("video, main img").count()).toBe(0);
    const { share, others } = await drawn(page);
    expect(share).toBeGreaterThan(0.01);
    expect(share).toBeLessThan(0.35);
    expect(others).toBe(0);
    const figures = (await page.getByTestId("figures").innerText()).replaceAll("\n", ", ");
    const more = (await underrun()) - underruns;
    console.log(`${SECONDS} s: ${figures}; underruns while the face played: ${more}; lines on ${(100 * share).toFixed(0)} %`);
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

test("calibration leads through ten seconds; what it learned is there after a reload, and can be forgotten", async ({ studio }) => {
  test.skip(!existsSync(FILM), "the recordings are not here");
  test.setTimeout(240_000);
  await beforeCamera(studio, async (page) => {
    const kept = () =>
      page.evaluate(async () => {
        const settings = (await (await fetch("/api/settings")).json()) as { neutral_face: Record<string, number> };
        return settings.neutral_face;
      });
    const forget = page.getByRole("button", { name: "Forget it" });
    const guide = page.getByRole("dialog", { name: "Calibrate" });
    const calibrate = page.getByRole("button", { name: "Calibrate, 10 s" });
    await showFace(page);
    await expect(forget).toHaveCount(0);
    expect(await kept()).toEqual({});
    // Escape leaves all as it was, and the focus where it began.
    await calibrate.click();
    await expect(guide.getByText("Look straight and relax")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(guide).toHaveCount(0);
    await expect(calibrate).toBeFocused();
    expect(await kept()).toEqual({});

    await calibrate.click();
    await expect(guide.getByText("Look straight and relax")).toBeVisible();
    await expect(guide.getByText("Open your mouth wide")).toBeVisible(LONG);
    await expect(guide.getByText("Raise your brows")).toBeVisible(LONG);
    await expect(guide.getByText("Your face is learned.")).toBeVisible(LONG);
    await expect.poll(async () => Object.keys(await kept()).sort(), SOON).toEqual([
      "brow", "brow_range", "corners", "eyes", "mouth", "mouth_range", "mouth_width", "pitch", "roll", "smile_range",
      "yaw",
    ]);
    const first = await kept();
    await guide.getByRole("button", { name: /^(Play|Keep it)$/ }).click();
    await expect(guide).toHaveCount(0);

    await page.reload();
    await showFace(page);
    await expect(forget).toBeVisible(SOON);
    expect(await kept()).toEqual(first);
    // It is what the worker measures from: the face is the same film, so something is near rest again.
    const mouth = page.getByRole("meter", { name: "Mouth open" });
    await expect.poll(async () => Number(await mouth.getAttribute("aria-valuenow")), LONG).toBeLessThan(0.1);

    await forget.click();
    await expect(forget).toHaveCount(0, SOON);
    expect(await kept()).toEqual({});
    await expect(seen(page)).toBeVisible(LONG);
  });
});

test("a gesture that moves nothing is given a control; the camera goes along where it moves something", async ({ studio }) => {
  test.skip(!existsSync(FILM), "the recordings are not here");
  test.setTimeout(240_000);
  await beforeCamera(studio, async (page) => {
    const lamp = page.getByRole("button", { name: "Camera on: switch it off" });
    await play(page);
    await showFace(page);
    await expect(lamp).toBeVisible();
    await page.getByRole("button", { name: "Choose what Come closer moves" }).click();
    await page.getByRole("dialog", { name: "What Come closer moves" }).getByRole("button", { name: "Gate" }).click();
    await expect(page.getByRole("dialog", { name: "What moves Gate" }).getByRole("button", { name: "Come closer" })).toHaveAttribute("aria-pressed", "true");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("button", { name: "Come closer moves Gate: change it" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Gate is moved by Come closer: change it" })).toBeVisible();
    const gate = async () => (await keptPatch(page)).moves["gate_db"];
    await expect.poll(gate, SOON).toMatchObject({ kind: "source", source: "face_size" });

    // Pages that are no instrument's change nothing; on one that no face moves the camera ends.
    await visit(page, "Settings");
    await expect(lamp).toBeVisible();
    await visit(page, "Texture");
    await expect(lamp).toHaveCount(0, SOON);
    // As a source of a movement it plays there, and can be switched off.
    await page.getByRole("button", { name: "Let something move Roughness" }).click();
    const moves = page.getByRole("dialog", { name: "What moves Roughness" });
    await moves.getByText("Face", { exact: true }).click();
    await moves.getByRole("button", { name: "Mouth open" }).click();
    await moves.getByRole("button", { name: "Switch the camera on" }).click();
    await page.keyboard.press("Escape");
    await expect(lamp).toBeVisible();
    await expect(page.getByRole("button", { name: "Roughness is moved by Mouth open: change it" })).toBeVisible(LONG);
    await visit(page, "Face");
    await expect(seen(page)).toBeVisible(LONG);
    await visit(page, "Texture");
    await expect(lamp).toBeVisible();
    await lamp.click();
    await expect(lamp).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Roughness is moved by No face: change it" })).toBeVisible();
  });
});

test("a camera that cannot be used is said in place, and tried again", { tag: "@ci" }, async ({ entered: page }) => {
  await page.evaluate(() => {
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    let tries = 0;
    navigator.mediaDevices.getUserMedia = (wanted) =>
      ++tries === 1 ? Promise.reject(new DOMException("in use", "NotReadableError")) : real(wanted);
  });
  await page.getByRole("button", { name: "Switch the camera on" }).click();
  const trouble = page.getByRole("alert");
  await expect(trouble).toContainText("Another program uses the camera.");
  await expect(trouble).toContainText("Close it, then try again. The sound goes on.");
  // Sliders play the same meanwhile, with movement.
  await page.getByRole("button", { name: "Play with sliders instead" }).click();
  await page.getByRole("button", { name: "Let something move Hold still" }).click();
  await page.getByRole("button", { name: "Sine" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Hold still is moved by 2 bars: change it" })).toBeVisible();
  await play(page);
  const rest = page.getByRole("meter", { name: "Hold still" });
  await page.getByRole("button", { name: "Show the gestures" }).click();
  const values: number[] = [];
  await expect
    .poll(
      async () => {
        values.push(Number(await rest.getAttribute("aria-valuenow")));
        return Math.max(...values) - Math.min(...values);
      },
      { ...SOON, intervals: [100] },
    )
    .toBeGreaterThan(0.1);
  await trouble.getByRole("button", { name: "Try again" }).click();
  await expect(trouble).toHaveCount(0);
});
