/** Figures of the whole studio, measured where it runs: MEASURE names the file that they are written to. */
import { readFileSync, writeFileSync } from "node:fs";
import type { CDPSession } from "@playwright/test";
import type { AudioNow, FromWorker } from "../src/audio/messages";
import { expect, heard, play, test, visit } from "./studio";

const TARGET = process.env["MEASURE"];
const MINUTES = Number(process.env["MINUTES"] ?? 10);
const SWITCHES = 20;
const INSTRUMENTS = ["Face", "Texture", "Notes"];
/** what counts as the first sound, as a peak: −50 dB */
const HEARD = 10 ** (-50 / 20);

declare global {
  var seen: { pressed: number; heard: number; audio: AudioNow[] };
}

test.skip(!TARGET, "a measurement, not a test");

function write(figures: Record<string, unknown>): void {
  let before: Record<string, unknown> = {};
  try {
    before = JSON.parse(readFileSync(TARGET!, "utf8")) as Record<string, unknown>;
  } catch {
    // The first figures of this file.
  }
  writeFileSync(TARGET!, `${JSON.stringify({ ...before, ...figures }, null, 2)}\n`);
}

/** In the page, before its own code: when it was pressed, when it was heard, and what its worker told. */
function listen(least: number): void {
  globalThis.seen = { pressed: 0, heard: 0, audio: [] };
  addEventListener("pointerdown", () => (seen.pressed ||= performance.now()), true);
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
        if (data.kind === "audio") seen.audio.push(data.now);
        if (data.kind === "peaks" && Math.max(...data.peaks) > least && seen.pressed) seen.heard ||= performance.now();
      });
    }
  };
}

const percentile = (values: number[], part: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(part * values.length))] ?? null;

const spread = (values: number[]) => ({ p50: percentile(values, 0.5), p95: percentile(values, 0.95) });

async function heap(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  return (await session.send("Runtime.getHeapUsage")).usedSize;
}

for (const instrument of INSTRUMENTS) {
  test(`first sound of ${instrument}`, async ({ page, studio }) => {
    await page.addInitScript(listen, HEARD);
    const address = await studio.open();
    await page.goto(address);
    const card = page.getByRole("button", { name: new RegExp(`^${instrument}`) }).first();
    await card.waitFor();
    await page.waitForLoadState("networkidle");
    await card.click();
    await expect.poll(() => page.evaluate(() => seen.heard), { timeout: 60_000, intervals: [50] }).toBeGreaterThan(0);
    const seconds = await page.evaluate(() => (seen.heard - seen.pressed) / 1000);
    write({ [`first_sound_${instrument.toLowerCase()}_seconds`]: seconds });
  });
}

test("minutes of play", async ({ page, studio }) => {
  test.setTimeout(60_000 * (MINUTES + 4));
  await page.addInitScript(listen, HEARD);
  await page.goto(await studio.open());
  await page.goto(`http://127.0.0.1:${studio.port}/texture`);
  await visit(page, "Texture");
  await play(page);
  await heard(page);
  const session = await page.context().newCDPSession(page);
  // The buffer finds its size, and thumbnails are made, before it counts.
  await page.waitForTimeout(30_000);
  const before = { heap: await heap(session), audio: await page.evaluate(() => seen.audio.splice(0).at(-1)!) };
  const slider = page.getByRole("slider", { name: "Speed", exact: true });
  const latencies: number[] = [];
  const told: AudioNow[] = [];
  let last = before.audio;
  const until = Date.now() + 60_000 * MINUTES;
  for (let k = 0; Date.now() < until; k++) {
    await slider.press(k % 2 ? "ArrowLeft" : "ArrowRight");
    await page.waitForTimeout(150);
    for (const now of await page.evaluate(() => seen.audio.splice(0))) {
      latencies.push(...now.latencies);
      told.push(now);
      last = now;
    }
  }
  const grown = ((await heap(session)) - before.heap) / 1e6;
  write({
    minutes: MINUTES,
    underruns: last.underruns - before.audio.underruns,
    buffer_ms: spread(told.map((now) => now.bufferMs)),
    fill_ms: spread(told.map((now) => now.fillMs)),
    longest_answer_ms: spread(told.map((now) => now.mostAnswerMs)),
    longest_turn_ms: spread(told.map((now) => now.mostTurnMs)),
    slider_to_sound_ms: { ...spread(latencies), count: latencies.length },
    heap_growth_mb: grown,
  });
});

test("the palette opens", async ({ entered: page }) => {
  await visit(page, "Texture");
  // Its code comes after the page's own.
  await page.waitForLoadState("networkidle");
  const ms = await page.evaluate(async () => {
    const from = performance.now();
    dispatchEvent(new KeyboardEvent("keydown", { code: "KeyK", key: "k", ctrlKey: true, bubbles: true, cancelable: true }));
    while (!document.querySelector("dialog.palette[open]")) await new Promise((done) => setTimeout(done));
    return performance.now() - from;
  });
  write({ palette_ms: ms });
});

test("many pages, one sound", async ({ entered: page }) => {
  let sockets = 0;
  page.on("websocket", (socket) => {
    sockets++;
    socket.on("close", () => sockets--);
  });
  await visit(page, "Texture");
  await play(page);
  await heard(page);
  const workers = page.workers().length;
  const pages = ["Notes", "Settings", "Face", "Models", "Texture"];
  for (let k = 0; k < SWITCHES; k++) await visit(page, pages[k % pages.length]!);
  await expect.poll(() => page.workers().length).toBe(workers);
  write({ switches: SWITCHES, sockets, workers });
  expect(sockets).toBe(1);
});
