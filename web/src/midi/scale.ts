/** Scales, and the chords that are stacked in them. */

export interface Scale {
  name: string;
  title: string;
  /** semitones above the root */
  steps: readonly number[];
}

export const SCALES: readonly Scale[] = [
  { name: "major", title: "major", steps: [0, 2, 4, 5, 7, 9, 11] },
  { name: "minor", title: "minor", steps: [0, 2, 3, 5, 7, 8, 10] },
  { name: "minor-pentatonic", title: "minor pentatonic", steps: [0, 3, 5, 7, 10] },
  { name: "major-pentatonic", title: "major pentatonic", steps: [0, 2, 4, 7, 9] },
  { name: "dorian", title: "dorian", steps: [0, 2, 3, 5, 7, 9, 10] },
  { name: "mixolydian", title: "mixolydian", steps: [0, 2, 4, 5, 7, 9, 10] },
  { name: "harmonic-minor", title: "harmonic minor", steps: [0, 2, 3, 5, 7, 8, 11] },
  { name: "blues", title: "blues", steps: [0, 3, 5, 6, 7, 10] },
  { name: "whole-tone", title: "whole tone", steps: [0, 2, 4, 6, 8, 10] },
  { name: "all", title: "all notes", steps: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
];

export const ROOTS = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"] as const;

/** A root 0..11 and a scale; null stands for no lock. */
export interface Key {
  root: number;
  scale: Scale;
}

export const scaleNamed = (name: string): Scale => SCALES.find((one) => one.name === name) ?? SCALES[0]!;

export function isIn(note: number, key: Key | null): boolean {
  return key === null || key.scale.steps.includes((((note - key.root) % 12) + 12) % 12);
}

/** The nearest note in the scale; of two, the lower one. */
export function nearestIn(note: number, key: Key | null): number {
  for (let away = 0; away <= 6; away++) {
    if (note - away >= 0 && isIn(note - away, key)) return note - away;
    if (note + away <= 127 && isIn(note + away, key)) return note + away;
  }
  return note;
}

export type Chords = "off" | "triads" | "sevenths";

const SIZE: Record<Chords, number> = { off: 1, triads: 3, sevenths: 4 };
const MAJOR = [0, 4, 7, 11];

/** The notes of a key that is pressed: every other note of the scale; without a scale, major. */
export function notesOf(pressed: number, key: Key | null, chords: Chords): number[] {
  const root = nearestIn(pressed, key);
  const size = SIZE[chords];
  if (key === null || key.scale.steps.length === 12) {
    return MAJOR.slice(0, size).map((step) => root + step).filter((note) => note <= 127);
  }
  const notes = [root];
  for (let note = root + 1, steps = 0; notes.length < size && note <= 127; note++) {
    if (!isIn(note, key)) continue;
    steps++;
    if (steps % 2 === 0) notes.push(note);
  }
  return notes;
}
