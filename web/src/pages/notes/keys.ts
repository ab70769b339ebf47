/** A piano on a computer keyboard: letters by their place, whatever the language. */
const CODES = [
  "KeyA", "KeyW", "KeyS", "KeyE", "KeyD", "KeyF", "KeyT", "KeyG", "KeyY", "KeyH", "KeyU", "KeyJ", "KeyK", "KeyO", "KeyL", "KeyP", "Semicolon",
];

const STEPS: Record<string, number> = Object.fromEntries(CODES.map((code, step) => [code, step]));

/** Semitones above the lowest key; null for a key that is none of the piano. */
export function stepOf(code: string): number | null {
  return STEPS[code] ?? null;
}

export const LETTERS: Record<number, string> = Object.fromEntries(
  CODES.map((code, step) => [step, code === "Semicolon" ? ";" : code.slice(3)]),
);

export const isBlack = (note: number): boolean => [1, 3, 6, 8, 10].includes(note % 12);

/** of a white key, at least, in pixels */
const LEAST_WIDTH = 34;
const MOST_OCTAVES = 5;
const LOWEST_SHOWN = 12;
const HIGHEST_SHOWN = 120;

/** The keys that fit into a width, from C to C, with the letters' octave among them. */
export function shownKeys(width: number, base: number): { low: number; high: number } {
  const octaves = Math.max(1, Math.min(MOST_OCTAVES, Math.floor((width / LEAST_WIDTH - 1) / 7)));
  const before = octaves > 2 ? 12 : 0;
  const low = Math.min(Math.max(base - before, LOWEST_SHOWN), HIGHEST_SHOWN - 12 * octaves);
  return { low, high: low + 12 * octaves };
}

/** By where on the key it is touched, 0 at its far end, 1 at the player's. */
export function velocityAt(depth: number): number {
  return Math.round(25 + 100 * Math.min(1, Math.max(0, depth)));
}
