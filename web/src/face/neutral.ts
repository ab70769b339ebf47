/** What a face is like at rest, and how far it goes: saved, or learned while it plays. */
import type { Measures } from "./measures";

export const MOUTH_RANGE = 0.26;
export const BROW_RANGE = 0.07;
/** What a turning head leaks into the measures of a still one. */
export const MOUTH_DEAD = 0.012;
export const BROW_DEAD = 0.004;
const LEARN_SECONDS = 0.6;
const DRIFT_SECONDS = 30;
const MOST_TILT_DEGREES = 25;

/** Lengths in outer-eye distances, angles in degrees; the names are those of Python's file. */
export interface Neutral {
  mouth: number;
  mouth_width: number;
  brow: number;
  yaw: number;
  pitch: number;
  roll: number;
  mouth_range: number;
  brow_range: number;
}

const NAMES = ["mouth", "mouth_width", "brow", "yaw", "pitch", "roll", "mouth_range", "brow_range"] as const;

/** Null for a table that is no saved face. */
export function savedNeutral(table: Record<string, number>): Neutral | null {
  if (!NAMES.every((name) => Number.isFinite(table[name]))) return null;
  return Object.fromEntries(NAMES.map((name) => [name, table[name]])) as unknown as Neutral;
}

/** The face as it is now, taken for rest. */
export function neutralOf({ mouth, mouthWidth, brow, pose }: Measures): Neutral {
  // A head that is turned right now is not one that faces elsewhere at rest.
  const near = (angle: number) => (Math.abs(angle) < MOST_TILT_DEGREES ? angle : 0);
  return {
    mouth: Math.min(mouth, 0.2),
    mouth_width: mouthWidth,
    brow,
    yaw: near(pose.yaw),
    pitch: near(pose.pitch),
    roll: near(pose.roll),
    mouth_range: MOUTH_RANGE,
    brow_range: BROW_RANGE,
  };
}

/** Learns rest from the first moments, then follows slowly; the mouth only towards closed. */
export class Learner {
  private neutral: Neutral | null = null;
  private seconds = 0;

  constructor(private readonly saved: Neutral | null) {}

  step(measures: Measures, dt: number): Neutral {
    if (this.saved) return this.saved;
    const now = neutralOf(measures);
    const known = this.neutral;
    if (!known) return (this.neutral = now);
    this.seconds += dt;
    if (this.seconds < LEARN_SECONDS) {
      const part = dt / (this.seconds + dt);
      const entries = NAMES.map((name) => [name, known[name] + part * (now[name] - known[name])]);
      return (this.neutral = Object.fromEntries(entries) as unknown as Neutral);
    }
    const slow = dt / DRIFT_SECONDS;
    let { mouth, brow } = known;
    if (now.mouth < mouth) mouth += Math.min(1, dt / 0.5) * (now.mouth - mouth);
    else if (now.mouth < mouth + 0.04) mouth += slow * (now.mouth - mouth);
    if (Math.abs(now.brow - brow) < 0.02) brow += slow * (now.brow - brow);
    return (this.neutral = { ...known, mouth, brow });
  }
}
