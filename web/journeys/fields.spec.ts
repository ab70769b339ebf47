/** The page's own pictures of a coordinate network are the server's: place by place, pixel by pixel. */
import { difference, reference, script } from "./drawn";
import type * as Fields from "../src/fields";
import { expect, test } from "./studio";

const BUNDLE = "fields";
const PLACES = Number(process.env["PLACES"] ?? 20);
const SIZE = 256;

type Window = typeof globalThis & { fields: typeof Fields };

test("the same pictures as OpenVINO, in WebGL2", { tag: "@ci" }, async ({ entered: page }) => {
  test.setTimeout(300_000);
  const { places, pictures } = reference(BUNDLE, SIZE, String(PLACES));
  expect(places).toHaveLength(PLACES);
  await page.evaluate(await script("../src/fields/index.ts", "fields"));
  const painted = await page.evaluate(
    async ({ places, size, bundle }) => {
      const { fields } = window as unknown as Window;
      const canvas = new OffscreenCanvas(1, 1);
      const painter = new fields.FieldsPainter(canvas, await fields.loadFields(bundle));
      painter.resize(size, size);
      const gl = canvas.getContext("webgl2")!;
      const read = () => {
        const seen = new Uint8Array(4 * size * size);
        gl.readPixels(0, 0, size, size, gl.RGBA, gl.UNSIGNED_BYTE, seen);
        return btoa(Array.from(seen, (one) => String.fromCharCode(one)).join(""));
      };
      const times: number[] = [];
      const pictures = places.map((place) => {
        const begun = performance.now();
        painter.paint(Float32Array.from(place));
        const seen = read();
        times.push(performance.now() - begun);
        return seen;
      });
      // A lost context comes back with the last place, without being asked.
      const back = new Promise((done) => canvas.addEventListener("webglcontextrestored", done));
      const loses = gl.getExtension("WEBGL_lose_context")!;
      const lost = new Promise((done) => canvas.addEventListener("webglcontextlost", done));
      loses.loseContext();
      await lost;
      painter.paint(Float32Array.from(places[0]!));
      // It may be restored when the event is over.
      await new Promise((done) => setTimeout(done));
      loses.restoreContext();
      await back;
      const restored = read();
      painter.dispose();
      const usual = times.sort((a, b) => a - b)[times.length >> 1]!;
      return { pictures, restored, usual };
    },
    { places, size: SIZE, bundle: BUNDLE },
  );
  const found = difference(painted.pictures.map((text) => Buffer.from(text, "base64")), pictures, SIZE);
  console.log(`WebGL2 against OpenVINO, ${PLACES} places: ${found.text}; ${painted.usual.toFixed(0)} ms a frame`);
  expect(found.mean).toBeLessThanOrEqual(2);
  expect(found.beyond(8)).toBeLessThanOrEqual(0.001);
  expect(painted.restored).toBe(painted.pictures[0]);
});

test("one pass draws what two do, where there are no float targets, at any size", async ({ entered: page }) => {
  test.setTimeout(300_000);
  const [width, height] = [250, 130];
  const { places } = reference(BUNDLE, 64, "aggressive");
  await page.evaluate(await script("../src/fields/index.ts", "fields"));
  const [two, one] = await page.evaluate(
    async ({ place, width, height, bundle }) => {
      const { fields } = window as unknown as Window;
      const weights = await fields.loadFields(bundle);
      return [true, false].map((floats) => {
        const canvas = new OffscreenCanvas(1, 1);
        const gl = canvas.getContext("webgl2")!;
        if (!floats) gl.getExtension = () => null;
        const painter = new fields.FieldsPainter(canvas, weights);
        painter.resize(width, height);
        painter.paint(Float32Array.from(place));
        const seen = new Uint8Array(4 * width * height);
        gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, seen);
        painter.dispose();
        return Array.from(seen);
      });
    },
    { place: places[0]!, width, height, bundle: BUNDLE },
  );
  const mean = two!.reduce((sum, level, k) => sum + Math.abs(level - one![k]!), 0) / two!.length;
  console.log(`one pass against two, ${width}x${height}: mean ${mean.toFixed(3)} grey levels`);
  expect(Math.max(...two!.filter((_, k) => k % 4 < 3))).toBeGreaterThan(60);
  expect(mean).toBeGreaterThan(0);
  expect(mean).toBeLessThanOrEqual(2);
});

test("models that pages cannot draw are refused with the server's words", async ({ entered: page, troubles }) => {
  await page.evaluate(await script("../src/fields/index.ts", "fields"));
  const told = await page.evaluate(() =>
    (window as unknown as Window).fields.loadFields("drone").then(() => "", (error: Error) => error.message),
  );
  expect(told).toContain("cannot draw 'drone'");
  // Chromium tells of every 404.
  troubles.splice(0);
});
