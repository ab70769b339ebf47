/** Level to colour: a few stops, and what lies between them as the eye sees it (OKLab). */

export const PALETTES = ["ember", "paper", "ice", "grey"] as const;
export type Palette = (typeof PALETTES)[number];

/** levels of the stops, as the tokens say */
export const LEVELS = [0, 0.12, 0.3, 0.48, 0.64, 0.78, 0.9, 1];
const SIZE = 256;

type Triple = [number, number, number];

/** Colours at `LEVELS`, from the tokens. */
export function stopsOf(palette: Palette): string[] {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${palette}`).trim().split(/\s+/);
}

/**
 * @param stops colours at `LEVELS`, such as "#0c0c0f".
 * @returns RGBA of each of 256 levels.
 */
export function paletteTable(stops: string[]): Uint8Array {
  const colours = stops.map(toLab);
  const table = new Uint8Array(4 * SIZE);
  for (let k = 0; k < SIZE; k++) {
    const level = k / (SIZE - 1);
    const next = Math.max(1, LEVELS.findIndex((at) => at >= level));
    const low = colours[next - 1]!;
    const high = colours[next]!;
    const share = (level - LEVELS[next - 1]!) / (LEVELS[next]! - LEVELS[next - 1]!);
    table.set(toBytes(low.map((value, i) => value + share * (high[i]! - value)) as Triple), 4 * k);
    table[4 * k + 3] = 255;
  }
  return table;
}

function toLab(colour: string): Triple {
  const number = Number.parseInt(colour.slice(1), 16);
  const [r, g, b] = [number >> 16, (number >> 8) & 255, number & 255].map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Triple;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function toBytes([light, a, b]: Triple): Triple {
  const l = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (light - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return linear.map((value) => {
    const byte = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
    return Math.round(255 * Math.min(1, Math.max(0, byte)));
  }) as Triple;
}
