/** How soon a face is heard, and whether the sound ever stops; benchmarks/studio_browser.py runs it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "@playwright/test";
import type { AudioNow, FromWorker } from "../src/audio/messages";
import type { FromFace } from "../src/face/messages";
import type { MetersNow } from "../src/generated/wire";
import { expect, letIn, level, test } from "./studio";

/** what is noted is written here */
const TARGET = process.env["LATENCY_TARGET"];
const FILM = process.env["LATENCY_FILM"] ?? resolve(import.meta.dirname, "../../../shared/data/faces/synth_bar.mp4");
const SECONDS = Number(process.env["LATENCY_SECONDS"] ?? 60);
/** opening, the face models, the first frames: not what is measured */
const SETTLE_SECONDS = 12;

interface Noted {
  audio: AudioNow[];
  meters: MetersNow[];
  faces: number[];
}

declare global {
  var noted: Noted;
}

test("a face is heard soon, and without a gap", async ({ studio }) => {
  test.skip(!TARGET, "a measurement, not a test");
  test.setTimeout(1000 * (SECONDS + 180));
  const folder = mkdtempSync(join(tmpdir(), "camera-"));
  const film = join(folder, "face.mjpeg");
  execFileSync(process.env["PYTHON"] ?? "python3", [resolve(import.meta.dirname, "camera_film.py"), FILM, film, "0", "360"]);
  const browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-video-capture=${film}`,
    ],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.addInitScript(listen);
    await letIn(page, await studio.open());
    await page.getByRole("link", { name: "Face" }).click();
    await page.getByRole("button", { name: "Play" }).click();
    await expect.poll(() => level(page), { timeout: 30_000 }).toBeGreaterThan(-50);
    await page.getByText("Camera", { exact: true }).click();
    await expect(page.getByText("A face is seen")).toBeVisible({ timeout: 60_000 });
    await page.waitForTimeout(1000 * SETTLE_SECONDS);
    const before = await page.evaluate(() => {
      const last = noted.audio.at(-1);
      noted = { audio: [], meters: [], faces: [] };
      return last?.underruns ?? 0;
    });
    writeFileSync(`${TARGET}.began`, "");
    await page.waitForTimeout(1000 * SECONDS);
    writeFileSync(`${TARGET}.ended`, "");
    // Whoever counts processor time looks before the browser is gone.
    await page.waitForTimeout(1000);
    const found = await page.evaluate(() => noted);
    writeFileSync(TARGET!, JSON.stringify({ before, ...found }));
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** In the page, before its own code: what its workers tell it is noted. */
function listen(): void {
  globalThis.noted = { audio: [], meters: [], faces: [] };
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener("message", ({ data }: MessageEvent<FromWorker | FromFace>) => {
        if (data.kind === "audio") noted.audio.push(data.now);
        else if (data.kind === "message" && data.message.type === "meters") noted.meters.push(data.message);
        else if (data.kind === "seen") noted.faces.push(data.milliseconds);
      });
    }
  };
}
