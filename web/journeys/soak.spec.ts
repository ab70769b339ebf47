/** Two tabs play for as long as is asked; benchmarks/soak.py runs it and looks at what is noted. */
import { appendFileSync } from "node:fs";
import type { BrowserContext } from "@playwright/test";
import type { AudioNow, FromWorker } from "../src/audio/messages";
import { heard, letIn, play, test, visit } from "./studio";

/** each second of each tab becomes a line of JSON here */
const TARGET = process.env["SOAK_TARGET"];
const MINUTES = Number(process.env["SOAK_MINUTES"] ?? 60);

declare global {
  var soaked: AudioNow | null;
}

test("two tabs play on", async ({ studio, context }) => {
  test.skip(!TARGET, "a measurement, not a test");
  test.setTimeout(1000 * (60 * MINUTES + 300));
  await context.addInitScript(listen);
  const tabs = { face: await opened(context, await studio.open(), "Face"), texture: await opened(context, null, "Texture") };
  async function opened(all: BrowserContext, address: string | null, instrument: string) {
    const page = await all.newPage();
    if (address) await letIn(page, address);
    else await page.goto(`http://127.0.0.1:${studio.port}/face`);
    await visit(page, instrument);
    await play(page);
    await heard(page, -50);
    return page;
  }
  const end = Date.now() + 60_000 * MINUTES;
  while (Date.now() < end) {
    for (const [tab, page] of Object.entries(tabs)) {
      const now = await page.evaluate(() => globalThis.soaked);
      if (!now) continue;
      const { underruns, bufferMs, leastFillMs, mostAnswerMs } = now;
      appendFileSync(TARGET!, `${JSON.stringify({ at: Date.now() / 1000, tab, underruns, bufferMs, leastFillMs, mostAnswerMs })}\n`);
    }
    await tabs.face.waitForTimeout(1000);
  }
});

/** In the page, before its own code: the last of what its worker tells. */
function listen(): void {
  globalThis.soaked = null;
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
        if (data.kind === "audio") globalThis.soaked = data.now;
      });
    }
  };
}
