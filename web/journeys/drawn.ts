/** Pictures that shaders draw, beside OpenVINO's. */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { build, type Rollup } from "vite";

const ROOT = resolve(import.meta.dirname, "../..");

export interface Reference {
  places: number[][];
  /** RGB, rows from the top */
  pictures: Buffer[];
}

/** Runs Python with the package. */
export function python(...words: string[]): Buffer {
  return execFileSync(process.env["PYTHON"] ?? "python3", words, {
    env: { ...process.env, PYTHONPATH: resolve(ROOT, "src") },
    maxBuffer: 1 << 28,
  });
}

/** @param words as fields_reference.py takes them, behind the size. */
export function reference(bundle: string, size: number, ...words: string[]): Reference {
  const told = python(resolve(import.meta.dirname, "fields_reference.py"), bundle, String(size), ...words);
  const end = told.indexOf(10);
  const { places } = JSON.parse(told.subarray(0, end).toString()) as { places: number[][] };
  const bytes = 3 * size * size;
  const pictures = places.map((_, n) => told.subarray(end + 1 + n * bytes, end + 1 + (n + 1) * bytes));
  return { places, pictures };
}

/** A module as a script that leaves it in a global variable of that name. */
export async function script(entry: string, name: string): Promise<string> {
  const made = (await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, lib: { entry: resolve(import.meta.dirname, entry), name, formats: ["iife"] } },
  })) as Rollup.RollupOutput[];
  return `${made[0]!.output[0].code}; window.${name} = ${name};`;
}

export interface Difference {
  /** grey levels, of each pixel's farthest channel */
  mean: number;
  /** the share of pixels that are farther off than so many levels */
  beyond: (levels: number) => number;
  largest: number;
  text: string;
}

/** @param seen RGBA of each picture, rows from the bottom unless `down`. */
export function difference(seen: Buffer[], expected: Buffer[], size: number, down = false): Difference {
  const times = Array<number>(256).fill(0);
  seen.forEach((own, n) => {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const at = 4 * ((down ? y : size - 1 - y) * size + x);
        const other = 3 * (y * size + x);
        const off = [0, 1, 2].map((c) => Math.abs(own[at + c]! - expected[n]![other + c]!));
        times[Math.max(...off)]!++;
      }
    }
  });
  const pixels = seen.length * size * size;
  const beyond = (levels: number) => times.slice(levels + 1).reduce((sum, one) => sum + one, 0) / pixels;
  const mean = times.reduce((sum, one, off) => sum + one * off, 0) / pixels;
  const largest = times.findLastIndex((one) => one > 0);
  const text = `mean ${mean.toFixed(4)} grey levels, above 8 ${(100 * beyond(8)).toFixed(4)} %, largest ${largest}`;
  return { mean, beyond, largest, text };
}
