/** A face in front of a camera changes the sound; what leaves the page are numbers. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "@playwright/test";
import { expect, level, test } from "./studio";

const FILM = resolve(import.meta.dirname, "../../../shared/data/faces/synth_bar.mp4");
const SECONDS = Number(process.env["FACE_SECONDS"] ?? 15);
/** of one write to the network: a frame of the camera has no room in it */
const MOST_BYTES = 2000;

interface NetLog {
  constants: { logEventTypes: Record<string, number> };
  events: { type: number; params?: { byte_count?: number } }[];
}

test("a face plays, and no picture leaves the page", async ({ studio }) => {
  test.skip(!existsSync(FILM), "the recordings are not here");
  test.setTimeout(120_000 + 1000 * SECONDS);
  const folder = mkdtempSync(join(tmpdir(), "camera-"));
  const film = join(folder, "face.mjpeg");
  const log = join(folder, "net.json");
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
    const page = await browser.newPage();
    await page.goto(await studio.open());
    await page.getByRole("link", { name: "Face" }).click();
    await page.getByRole("button", { name: "Play" }).click();
    await expect.poll(() => level(page), { timeout: 20_000 }).toBeGreaterThan(-50);
    await page.getByText("Camera", { exact: true }).click();
    await expect(page.getByText("A face is seen")).toBeVisible({ timeout: 30_000 });
    const mouth = page.getByRole("meter", { name: "Mouth" });
    const underruns = Number(await page.getByTestId("underruns").innerText());
    const heard: number[] = [];
    const opened: number[] = [];
    const until = Date.now() + 1000 * SECONDS;
    while (Date.now() < until) {
      await page.waitForTimeout(100);
      heard.push(await level(page));
      opened.push(Number(await mouth.getAttribute("aria-valuenow")));
    }
    expect(Math.max(...opened)).toBeGreaterThan(0.5);
    expect(Math.min(...opened)).toBeLessThan(0.1);
    expect(Math.max(...heard) - Math.min(...heard)).toBeGreaterThan(3);
    // Neither a picture nor a film of the player is on the page.
    expect(await page.locator("video").count()).toBe(0);
    const figures = (await page.getByTestId("figures").innerText()).replaceAll("\n", ", ");
    const more = Number(await page.getByTestId("underruns").innerText()) - underruns;
    const frame = await page.getByText("A face is seen").innerText();
    console.log(`${SECONDS} s: ${figures}; underruns while the face played: ${more}; ${frame}`);
  } finally {
    await browser.close();
  }
  const { constants, events } = JSON.parse(readFileSync(log, "utf8")) as NetLog;
  const sentType = constants.logEventTypes["SOCKET_BYTES_SENT"];
  const sent = events.filter(({ type }) => type === sentType).map(({ params }) => params?.byte_count ?? 0);
  rmSync(folder, { recursive: true, force: true });
  console.log(`${sent.length} writes, the largest of ${Math.max(...sent)} bytes, ${(sent.reduce((a, b) => a + b, 0) / 1000).toFixed(0)} kB in all`);
  expect(sent.length).toBeGreaterThan(100);
  expect(Math.max(...sent)).toBeLessThan(MOST_BYTES);
});
