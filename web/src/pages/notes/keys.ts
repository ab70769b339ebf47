/** A piano on a computer keyboard: letters by their place, whatever the language. */
const ROWS = [
  ["KeyA", "KeyW", "KeyS", "KeyE", "KeyD", "KeyF", "KeyT", "KeyG", "KeyY", "KeyH", "KeyU", "KeyJ", "KeyK", "KeyO", "KeyL", "KeyP", "Semicolon"],
] as const;

const STEPS: Record<string, number> = Object.fromEntries(ROWS[0].map((code, step) => [code, step]));

/** Semitones above the lowest key; null for a key that is none of the piano. */
export function stepOf(code: string): number | null {
  return STEPS[code] ?? null;
}

export const LETTERS: Record<number, string> = Object.fromEntries(
  ROWS[0].map((code, step) => [step, code === "Semicolon" ? ";" : code.slice(3)]),
);

export const isBlack = (midi: number): boolean => [1, 3, 6, 8, 10].includes(midi % 12);
