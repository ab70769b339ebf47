/** The page's own pictures of a coordinate network are the server's: place by place, pixel by pixel. */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { build, type Rollup } from "vite";
import type * as Fields from "../src/fields";
import { expect, test } from "./studio";

const BUNDLE = "fields";
const ROOT = resolve(import.meta.dirname, "../..");
const PLACES = Number(process.env["PLACES"] ?? 20);
const SIZE = 256;
/** grey levels: of the mean, and that one pixel of a thousand may pass */
const MEAN = 2;
const MOST = 8;

interface Reference {
  size: number;
  places: number[][];
}

function reference(): [Reference, Buffer] {
  const script = resolve(import.meta.dirname, "fields_reference.py");
  const told = execFileSync(process.env["PYTHON"] ?? "python3", [script, BUNDLE, String(PLACES), String(SIZE)], {
    env: { ...process.env, PYTHONPATH: resolve(ROOT, "src") },
    maxBuffer: 1 << 28,
  });
  const end = told.indexOf(10);
  return [JSON.parse(told.subarray(0, end).toString()) as Reference, told.subarray(end + 1)];
}

/** The module as a script that leaves it in `window.fields`. */
async function script(): Promise<string> {
  const made = (await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      lib: { entry: resolve(import.meta.dirname, "../src/fields/index.ts"), name: "fields", formats: ["iife"] },
    },
  })) as Rollup.RollupOutput[];
  return `${made[0]!.output[0].code}; window.fields = fields;`;
}

type Window = typeof globalThis & { fields: typeof Fields };

test("the same pictures as OpenVINO, in WebGL2", { tag: "@ci" }, async ({ entered: page }) => {
  test.setTimeout(300_000);
  const [{ places }, expected] = reference();
  expect(places).toHaveLength(PLACES);
  await page.evaluate(await script());
  const painted = await page.evaluate(
    async ({ places, size, bundle }) => {
      const { fields } = window as unknown as Window;
      const canvas = new OffscreenCanvas(1, 1);
      const painter = new fields.FieldsPainter(canvas, await fields.loadFields(bundle));
      painter.resize(size, size);
      const gl = canvas.getContext("webgl2")!;
      const pictures = places.map((place) => {
        painter.paint(Float32Array.from(place));
        const seen = new Uint8Array(4 * size * size);
        gl.readPixels(0, 0, size, size, gl.RGBA, gl.UNSIGNED_BYTE, seen);
        return btoa(Array.from(seen, (one) => String.fromCharCode(one)).join(""));
      });
      painter.dispose();
      return pictures;
    },
    { places, size: SIZE, bundle: BUNDLE },
  );
  const whole = Array<number>(256).fill(0);
  painted.forEach((text, place) => {
    const seen = Buffer.from(text, "base64");
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const own = 4 * ((SIZE - 1 - y) * SIZE + x);
        const other = 3 * ((place * SIZE + y) * SIZE + x);
        const off = [0, 1, 2].map((c) => Math.abs(seen[own + c]! - expected[other + c]!));
        whole[Math.max(...off)]!++;
      }
    }
  });
  const pixels = PLACES * SIZE * SIZE;
  const mean = whole.reduce((sum, times, off) => sum + times * off, 0) / pixels;
  const beyond = whole.slice(MOST + 1).reduce((sum, times) => sum + times, 0) / pixels;
  const largest = whole.findLastIndex((times) => times > 0);
  console.log(`WebGL2 against OpenVINO, ${PLACES} places: mean ${mean.toFixed(4)}, above ${MOST} levels ${(100 * beyond).toFixed(4)} %, largest ${largest}`);
  expect(mean).toBeLessThanOrEqual(MEAN);
  expect(beyond).toBeLessThanOrEqual(0.001);
});
