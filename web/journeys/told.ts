/** What a page's workers tell it: noted as it comes, before the page's own code sees it. */
import type { Page } from "@playwright/test";
import type { AudioNow, FromWorker } from "../src/audio/messages";
import type { FromPicture } from "../src/picture/messages";

interface Told {
  audio: AudioNow[];
  /** drawings of the picture, and when they were told of on the page's clock */
  drawn: { at: number; frames: number }[];
}

declare global {
  var told: Told;
}

/** To be called before the page is loaded. */
export const noteTold = (page: Page) =>
  page.addInitScript(() => {
    globalThis.told = { audio: [], drawn: [] };
    globalThis.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener("message", ({ data }: MessageEvent<FromWorker | FromPicture>) => {
          if (data.kind === "audio") told.audio.push(data.now);
          if (data.kind === "told") told.drawn.push({ at: performance.now(), frames: data.figures.frames });
        });
      }
    };
  });

/** Milliseconds from a control to its first sample, each of them, as the page's worker measured them. */
export const latencies = (page: Page) => page.evaluate(() => told.audio.flatMap((now) => now.latencies));

const TELLINGS = 4;

/** Drawings of the picture a second, over the next few seconds. */
export async function drawnPerSecond(page: Page): Promise<number> {
  await page.evaluate(() => told.drawn.splice(0));
  const enough = (count: number) => told.drawn.length > count;
  await page.waitForFunction(enough, TELLINGS, { timeout: 60_000 });
  return page.evaluate(() => {
    const [first, ...others] = told.drawn;
    const frames = others.reduce((sum, { frames }) => sum + frames, 0);
    return (1000 * frames) / (others.at(-1)!.at - first!.at);
  });
}
