/** What a face is like at rest, and how far it goes: saved, or learned while it plays. */
import type { Measures } from "./measures";
import { share } from "./stillness";

export const MOUTH_RANGE = 0.26;
export const BROW_RANGE = 0.07;
export const SMILE_RANGE = 0.1;
/** Before a mouth was wide open, a talker's opening is full; seen wider ones take it from there. */
const LEAST_MOUTH_RANGE = 0.18;
const WIDER_SECONDS = 0.1;
const NARROWER_SECONDS = 120;
/** What a turning head leaks into the measures of a still one. */
export const MOUTH_DEAD = 0.012;
export const BROW_DEAD = 0.004;
const LEARN_SECONDS = 0.6;
const DRIFT_SECONDS = 30;
const MOST_TILT_DEGREES = 25;

/**
 * Lengths in outer-eye distances, angles in degrees; the names are those of Python's file. Where `eyes` is 0, these
 * and the corners of the mouth are learned as it plays.
 */
export interface Neutral {
  mouth: number;
  mouth_width: number;
  brow: number;
  yaw: number;
  pitch: number;
  roll: number;
  mouth_range: number;
  brow_range: number;
  corners: number;
  eyes: number;
  smile_range: number;
}

const ASKED = ["mouth", "mouth_width", "brow", "yaw", "pitch", "roll", "mouth_range", "brow_range"] as const;
/** Faces that were saved before there were these have them from here. */
const ADDED = { corners: 0, eyes: 0, smile_range: SMILE_RANGE };
const NAMES = [...ASKED, "corners", "eyes", "smile_range"] as const;

/** Null for a table that is no saved face. */
export function savedNeutral(table: Record<string, number>): Neutral | null {
  const whole: Record<string, number> = { ...ADDED, ...table };
  if (!NAMES.every((name) => Number.isFinite(whole[name]))) return null;
  return Object.fromEntries(NAMES.map((name) => [name, whole[name]])) as unknown as Neutral;
}

/** The face as it is now, taken for rest; its mouth was not seen wide open yet. */
export function neutralOf({ mouth, mouthWidth, corners, brow, eyes, pose }: Measures): Neutral {
  // A head that is turned right now is not one that faces elsewhere at rest.
  const near = (angle: number) => (Math.abs(angle) < MOST_TILT_DEGREES ? angle : 0);
  return {
    mouth: Math.min(mouth, 0.2),
    mouth_width: mouthWidth,
    brow,
    yaw: near(pose.yaw),
    pitch: near(pose.pitch),
    roll: near(pose.roll),
    mouth_range: LEAST_MOUTH_RANGE,
    brow_range: BROW_RANGE,
    corners,
    eyes,
    smile_range: SMILE_RANGE,
  };
}

/** Learns rest from the first moments, then follows slowly; the mouth only towards closed. */
export class Learner {
  private neutral: Neutral | null = null;
  private seconds = 0;

  constructor(private readonly saved: Neutral | null) {}

  step(measures: Measures, dt: number): Neutral {
    const now = neutralOf(measures);
    if (this.saved) {
      this.neutral ??= this.saved.eyes ? this.saved : { ...this.saved, corners: now.corners, eyes: now.eyes };
      return this.neutral;
    }
    const known = this.neutral;
    if (!known) return (this.neutral = now);
    this.seconds += dt;
    if (this.seconds < LEARN_SECONDS) {
      const part = dt / (this.seconds + dt);
      const entries = NAMES.map((name) => [name, known[name] + part * (now[name] - known[name])]);
      return (this.neutral = Object.fromEntries(entries) as unknown as Neutral);
    }
    const slow = dt / DRIFT_SECONDS;
    let { mouth, brow, eyes } = known;
    if (now.mouth < mouth) mouth += Math.min(1, dt / 0.5) * (now.mouth - mouth);
    else if (now.mouth < mouth + 0.04) mouth += slow * (now.mouth - mouth);
    if (Math.abs(now.brow - brow) < 0.02) brow += slow * (now.brow - brow);
    if (Math.abs(now.eyes - eyes) < 0.1 * eyes) eyes += slow * (now.eyes - eyes);
    const shown = Math.min(measures.mouth - mouth - MOUTH_DEAD, MOUTH_RANGE);
    const goal = Math.max(shown, LEAST_MOUTH_RANGE);
    const pace = goal > known.mouth_range ? WIDER_SECONDS : NARROWER_SECONDS;
    const mouth_range = known.mouth_range + share(dt, pace) * (goal - known.mouth_range);
    return (this.neutral = { ...known, mouth, brow, eyes, mouth_range });
  }
}
