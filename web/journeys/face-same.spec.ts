/** The browser's face is Python's face: the same film, frame by frame, gives the same controls. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import type { FromFace } from "../src/face/messages";
import { expect, test } from "./studio";

const ROOT = resolve(import.meta.dirname, "../..");
const FILM = resolve(ROOT, "../shared/data/faces/synth_bar.mp4");
const ASSETS = resolve(ROOT, "src/latent_resonance/studio/static/assets");
const FRAMES = Number(process.env["FRAMES"] ?? 150);
const TOLERANCE = 0.02;
/** of a control's range: degrees are compared as parts of what the instruments use */
const SCALE: Record<string, number> = {
  yaw_degrees: 90, pitch_degrees: 90, roll_degrees: 180,
  yaw_velocity: 720, pitch_velocity: 720, roll_velocity: 720,
};

interface Expected {
  seconds: number;
  width: number;
  height: number;
  controls: Record<string, number>;
  present: boolean;
}

async function* reference(): AsyncGenerator<[Expected, Buffer]> {
  const made = spawn(process.env["PYTHON"] ?? "python3", [resolve(import.meta.dirname, "face_reference.py"), FILM, String(FRAMES)], {
    env: { ...process.env, PYTHONPATH: resolve(ROOT, "src") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let have = Buffer.alloc(0);
  let head: Expected | null = null;
  for await (const chunk of made.stdout) {
    have = Buffer.concat([have, chunk as Buffer]);
    for (;;) {
      if (!head) {
        const end = have.indexOf(10);
        if (end < 0) break;
        head = JSON.parse(have.subarray(0, end).toString()) as Expected;
        have = have.subarray(end + 1);
      }
      const size = head.width * head.height * 3;
      if (have.length < size) break;
      yield [head, have.subarray(0, size)];
      have = have.subarray(size);
      head = null;
    }
  }
}

test("the same controls as Python", { tag: "@ci" }, async ({ entered: page }) => {
  test.skip(!existsSync(FILM), "the recordings are not here");
  test.setTimeout(300_000);
  const built = readdirSync(ASSETS).find((name) => name.startsWith("face.worker"));
  await page.evaluate(async (url) => {
    const worker = new Worker(url);
    const next = () => new Promise<FromFace>((done) => (worker.onmessage = ({ data }: MessageEvent<FromFace>) => done(data)));
    Object.assign(window, { face: { worker, next } });
    const ready = next();
    worker.postMessage({ kind: "begin", neutral: null });
    const answer = await ready;
    if (answer.kind !== "ready") throw new Error(JSON.stringify(answer));
  }, `/assets/${built}`);

  const worst: Record<string, number> = {};
  let frames = 0;
  for await (const [expected, rgb] of reference()) {
    const seen = await page.evaluate(
      async ({ text, width, height, seconds }) => {
        const { worker, next } = (window as unknown as { face: { worker: Worker; next: () => Promise<FromFace> } }).face;
        const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        const data = new Uint8ClampedArray(4 * width * height).fill(255);
        for (let k = 0; k < width * height; k++) data.set(bytes.subarray(3 * k, 3 * k + 3), 4 * k);
        const answer = next();
        worker.postMessage({ kind: "pixels", width, height, data, seconds });
        return answer;
      },
      { text: rgb.toString("base64"), width: expected.width, height: expected.height, seconds: expected.seconds },
    );
    if (seen.kind !== "seen") throw new Error(JSON.stringify(seen));
    expect(seen.present).toBe(expected.present);
    frames++;
    for (const [name, value] of Object.entries(expected.controls)) {
      const off = Math.abs(seen.controls[name as keyof typeof seen.controls] - value) / (SCALE[name] ?? 1);
      worst[name] = Math.max(worst[name] ?? 0, off);
    }
  }
  console.log(`${frames} frames, worst differences in parts of the range`, worst);
  expect(frames).toBeGreaterThan(0.9 * FRAMES);
  expect(Object.keys(worst)).toHaveLength(19);
  for (const [name, off] of Object.entries(worst)) expect(off, name).toBeLessThan(TOLERANCE);
});
