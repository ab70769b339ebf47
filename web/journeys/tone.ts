/** A tone of 110 Hz in the projector's window, and whether it is one smooth line. */
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";
import { pixelsOf } from "./pixels";
import { expect, SOON } from "./studio";

const ROOT = resolve(import.meta.dirname, "../..");
const LOW_HZ = 40;

interface Tone {
  layout: { rows: number; high_hz: number; seconds_per_column: number };
  chunks: { columns: number; skipped: number; bytes: string }[];
}

function toneColumns(): Tone {
  const python = process.env["PYTHON"] ?? "python3";
  const text = execFileSync(python, [join(import.meta.dirname, "tone_columns.py")], {
    env: { ...process.env, PYTHONPATH: join(ROOT, "src") },
    maxBuffer: 1 << 26,
  });
  return JSON.parse(text.toString()) as Tone;
}

/** Plays columns into a projector's window, as a page does that plays. */
async function feed(from: Page, tone: Tone): Promise<void> {
  await from.evaluate(({ layout, chunks }) => {
    const channel = new BroadcastChannel("studio/pictures");
    const say = (feed: unknown) => channel.postMessage({ kind: "feed", from: "journey", feed });
    say({ kind: "layout", layout });
    for (const { columns, skipped, bytes } of chunks) {
      const payload = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
      say({ kind: "columns", heard: 0, picture: { kind: "picture", rows: layout.rows, columns, skipped, frame: 0, level_db: 0, payload } });
    }
  }, tone);
}

/** @param file where the picture is kept, or null. */
export async function expectSmoothTone(page: Page, context: BrowserContext, file: string | null): Promise<void> {
  const screen = await context.newPage();
  await screen.setViewportSize({ width: 1440, height: 332 });
  await screen.goto(new URL("/screen", page.url()).href);
  await screen.getByText("Play in the studio").waitFor(SOON);
  const tone = toneColumns();
  await feed(page, tone);
  await expect(screen.getByText("Play in the studio")).toHaveCount(0, SOON);
  await expect.poll(async () => Math.max(...(await pixelsOf(screen)).light), SOON).toBeGreaterThan(500);
  await screen.waitForTimeout(1500);
  if (file) await screen.screenshot({ path: file });

  const { width, height, light } = await pixelsOf(screen, 1440, 332);
  const x = Math.round(0.2 * width);
  const profile = Array.from({ length: height }, (_, y) => light[y * width + x]!);
  const wanted = height * (1 - Math.log(110 / LOW_HZ) / Math.log(tone.layout.high_hz / LOW_HZ));
  const peak = profile.indexOf(Math.max(...profile));
  expect(Math.abs(peak - wanted)).toBeLessThan(4);
  // Up to the line and down again without a step: each row is near what its neighbours lead to expect.
  const near = profile.slice(peak - 16, peak + 17);
  const bends = near.slice(2).map((value, k) => Math.abs(value - 2 * near[k + 1]! + near[k]!));
  expect(Math.max(...bends)).toBeLessThan(120);
  const alike = near.slice(1).filter((value, k) => value === near[k]! && value > 90).length;
  expect(alike).toBeLessThan(4);
  // Along the line nothing flickers.
  const line = Array.from({ length: 200 }, (_, k) => light[peak * width + x + k]!);
  expect(Math.max(...line) - Math.min(...line)).toBeLessThan(30);
}
