/** Two tabs play for as long as is asked; benchmarks/soak.py runs it and looks at what is noted. */
import { appendFileSync } from "node:fs";
import { setTimeout as passed } from "node:timers/promises";
import type { Page } from "@playwright/test";
import type { AudioNow, FromWorker } from "../src/audio/messages";
import { heard, letIn, play, test, visit } from "./studio";

/** each second of each tab becomes a line of JSON here */
const TARGET = process.env["SOAK_TARGET"];
const MINUTES = Number(process.env["SOAK_MINUTES"] ?? 60);

declare global {
  var noteSound: (now: AudioNow) => void;
}

test.skip(!TARGET, "a measurement, not a test");

test("two tabs play on", async ({ studio, context }) => {
  test.setTimeout(1000 * (60 * MINUTES + 300));
  const tabs = new Map<Page, string>();
  await context.exposeBinding("noteSound", ({ page }, { underruns, bufferMs, leastFillMs, mostAnswerMs }: AudioNow) => {
    const tab = tabs.get(page);
    if (tab) appendFileSync(TARGET!, `${JSON.stringify({ at: Date.now() / 1000, tab, underruns, bufferMs, leastFillMs, mostAnswerMs })}\n`);
  });
  await context.addInitScript(listen);
  const address = await studio.open();
  for (const instrument of ["Face", "Texture"]) {
    const page = await context.newPage();
    if (tabs.size) await page.goto(`http://127.0.0.1:${studio.port}/face`);
    else await letIn(page, address);
    await visit(page, instrument);
    await play(page);
    await heard(page, -50);
    tabs.set(page, instrument.toLowerCase());
  }
  await passed(60_000 * MINUTES);
});

/** In the page, before its own code: what its worker tells of the sound is noted once a second. */
function listen(): void {
  let noted = 0;
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
        if (data.kind !== "audio" || performance.now() < noted + 1000) return;
        noted = performance.now();
        globalThis.noteSound(data.now);
      });
    }
  };
}
