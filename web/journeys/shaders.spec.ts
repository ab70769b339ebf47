/** Exported shaders: read by the public ISF parser, compiled and drawn by a browser, beside OpenVINO's pictures. */
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { difference, python, reference, script } from "./drawn";

const BUNDLE = "fields";
const PLACE = "ember";
const SIZE = 256;
/** as inputs of the shaders; the same as live moves of w */
const MOVED = { zoom: 0.3, spin: 0.25, dx: 0.2, dy: -0.3, warp: 0.5, edge: 0.1, flow: 0.37 };
const MOVES = { ...MOVED, spin: MOVED.spin * Math.PI };
/** The exports' trunk runs at full rate, OpenVINO's at a quarter: a little is left beside rounding. */
const MEAN = 2;

interface Isf {
  fragmentShader: string;
  vertexShader: string;
  inputs: { NAME: string; TYPE: string; MIN: number; MAX: number; DEFAULT: number }[];
  valid: boolean;
  error: unknown;
}
type Values = Record<string, number>;
/** RGBA, rows from the top; null where there is no WebGPU */
type DrawWgsl = (code: string, values: number[][], size: number) => Promise<{ errors: string[]; pictures: string[] } | null>;
type Window = typeof globalThis & {
  isf: { Parser: new () => Isf & { parse: (text: string) => void } };
  drawWgsl: DrawWgsl;
};

test.use({
  launchOptions: {
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-unsafe-swiftshader"],
  },
});

let folder = "";
const exported = (format: string): string => {
  const file = join(folder, `place.${format}`);
  const main = "from latent_resonance.cli.main import main; main()";
  python("-c", main, "models", "export", BUNDLE, "--format", format, "--place", PLACE, "--output", file, "--quiet");
  return readFileSync(file, "utf8");
};
test.beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "shaders-"))));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));
test.beforeEach(async ({ page }) => {
  test.setTimeout(300_000);
  // WebGPU wants a secure origin; nothing leaves this machine.
  await page.route("https://shaders.test/", (route) => route.fulfill({ contentType: "text/html", body: "<title>shaders</title>" }));
  await page.goto("https://shaders.test/");
});

/** At rest and moved, by WebGL; uniforms are of floats but for `two`, which are of two. */
function drawn(page: Page, kind: "webgl" | "webgl2", vertex: string, fragment: string, values: Values[], two: Record<string, number[]>) {
  return page.evaluate(
    ({ kind, vertex, fragment, values, two, size }) => {
      const gl = new OffscreenCanvas(size, size).getContext(kind) as WebGLRenderingContext;
      const program = gl.createProgram();
      for (const [type, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]] as const) {
        const shader = gl.createShader(type)!;
        gl.shaderSource(shader, text);
        gl.compileShader(shader);
        if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader)!);
        gl.attachShader(program, shader);
      }
      gl.linkProgram(program);
      gl.useProgram(program);
      gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
      gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 3, -1, -1, 3]), gl.STATIC_DRAW);
      gl.enableVertexAttribArray(0);
      gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
      for (const [name, [x, y]] of Object.entries(two)) gl.uniform2f(gl.getUniformLocation(program, name), x!, y!);
      return values.map((inputs) => {
        for (const [name, value] of Object.entries(inputs)) gl.uniform1f(gl.getUniformLocation(program, name), value);
        gl.drawArrays(gl.TRIANGLES, 0, 3);
        const seen = new Uint8Array(4 * size * size);
        gl.readPixels(0, 0, size, size, gl.RGBA, gl.UNSIGNED_BYTE, seen);
        return btoa(Array.from(seen, (one) => String.fromCharCode(one)).join(""));
      });
    },
    { kind, vertex, fragment, values, two, size: SIZE },
  );
}

function compare(what: string, drawn: string[], down = false): void {
  const { pictures } = reference(BUNDLE, SIZE, PLACE, ...Object.entries(MOVES).map(([name, value]) => `${name}=${value}`));
  ["at rest", "moved"].forEach((state, n) => {
    const seen = Buffer.from(drawn[n]!, "base64");
    const keep = process.env["SHADER_PICTURES"];
    if (keep) writeFileSync(join(keep, `${what} ${state}.rgba`), seen);
    const found = difference([seen], [pictures[n]!], SIZE, down);
    console.log(`${what}, ${state}: ${found.text}`);
    expect(found.mean, `${what}, ${state}`).toBeLessThanOrEqual(MEAN);
  });
}

test("ISF", { tag: "@ci" }, async ({ page }) => {
  const text = exported("isf");
  await page.evaluate(await script("../node_modules/interactive-shader-format/lib/main.js", "isf"));
  const parsed = await page.evaluate((text) => {
    const parser = new (window as unknown as Window).isf.Parser();
    parser.parse(text);
    const { fragmentShader, vertexShader, inputs, valid, error } = parser;
    return { fragmentShader, vertexShader, inputs, valid, error: String(error) };
  }, text);
  expect(parsed.valid, parsed.error).toBe(true);
  expect(parsed.inputs.length).toBeGreaterThanOrEqual(11);
  for (const one of parsed.inputs) {
    expect(one.TYPE).toBe("float");
    expect(one.MIN).toBeLessThanOrEqual(one.DEFAULT);
    expect(one.MAX).toBeGreaterThanOrEqual(one.DEFAULT);
  }
  const usual = Object.fromEntries(parsed.inputs.map((one) => [one.NAME, one.DEFAULT]));
  const values = [{ ...usual, TIME: 0 }, { ...usual, ...MOVED }];
  const two = { RENDERSIZE: [SIZE, SIZE] };
  compare("ISF", await drawn(page, "webgl", parsed.vertexShader, parsed.fragmentShader, values, two));
});

test("GLSL", async ({ page }) => {
  const vertex = "#version 300 es\nlayout(location = 0) in vec2 at;\nvoid main() { gl_Position = vec4(at, 0.0, 1.0); }";
  const fragment = `#version 300 es\n${exported("glsl")}`;
  compare("GLSL", await drawn(page, "webgl2", vertex, fragment, [{ time: 0 }, MOVED], { resolution: [SIZE, SIZE] }));
});

test("a page of its own", async ({ page }) => {
  const troubles: string[] = [];
  page.on("console", (message) => message.type() === "error" && troubles.push(message.text()));
  page.on("pageerror", (error) => troubles.push(error.message));
  exported("html");
  await page.setViewportSize({ width: SIZE, height: SIZE });
  const inputs = Object.entries({ ...MOVED, speed: 0 }).map(([name, value]) => `${name}=${value}`);
  await page.goto(`file://${join(folder, "place.html")}?${inputs.join("&")}`);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const shot = await page.screenshot({ path: process.env["SHADER_PICTURES"] && join(process.env["SHADER_PICTURES"], "page.png") });
  const { pictures } = reference(BUNDLE, SIZE, PLACE, ...Object.entries(MOVES).map(([name, value]) => `${name}=${value}`));
  const seen = await page.evaluate(async (png) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext("2d")!;
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, picture.width, picture.height);
    return btoa(Array.from(data, (one) => String.fromCharCode(one)).join(""));
  }, shot.toString("base64"));
  const found = difference([Buffer.from(seen, "base64")], [pictures[1]!], SIZE, true);
  console.log(`a page of its own, moved: ${found.text}`);
  expect(found.mean).toBeLessThanOrEqual(MEAN);
  expect(troubles).toEqual([]);
});

test("WGSL", async ({ page }) => {
  const code = exported("wgsl");
  const names = [...code.matchAll(/^ {2}(\w+): f32,/gm)].map(([, name]) => name!);
  expect(names).toEqual(expect.arrayContaining(Object.keys(MOVED)));
  const values = [{} as Values, MOVED as Values].map((set) => [SIZE, SIZE, ...names.map((name) => set[name] ?? 0)]);
  await page.addScriptTag({ path: join(import.meta.dirname, "webgpu.js") });
  const told = await page.evaluate(
    ({ code, values, size }) => (window as unknown as Window).drawWgsl(code, values, size),
    { code, values, size: SIZE },
  );
  test.skip(!told, "this browser has no WebGPU");
  expect(told!.errors).toEqual([]);
  compare("WGSL", told!.pictures, true);
});
