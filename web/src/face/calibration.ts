/** Ten seconds that teach what rest is and how far a face goes: three short steps. */
import type { Measures } from "./measures";
import { BROW_RANGE, MOUTH_RANGE, neutralOf, type Neutral } from "./neutral";

export interface Step {
  name: "rest" | "mouth" | "brow";
  seconds: number;
  words: string;
}

export const STEPS: readonly Step[] = [
  { name: "rest", seconds: 4, words: "Look straight and relax" },
  { name: "mouth", seconds: 3, words: "Open your mouth wide" },
  { name: "brow", seconds: 3, words: "Raise your brows" },
];
const WHOLE = STEPS.reduce((sum, { seconds }) => sum + seconds, 0);

/** Of a step, before it counts: reading its words takes a moment. */
const SETTLE_SECONDS = 0.8;
/** Without a face for so long, it ends. */
const PATIENCE_SECONDS = 4;
/** Shown, of the usual range, when it is believed. */
const LEAST = 0.5;
/** Python takes the same: a single frame that is off does not count. */
const HIGH = 0.98;

export interface Learned {
  neutral: Neutral;
  /** what was not shown keeps the usual range */
  missed: ("mouth" | "brow")[];
}

/** Part `at` (0..1) of the sorted values. */
export function percentile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = at * (sorted.length - 1);
  const low = Math.floor(place);
  const [below, above] = [sorted[low] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return below + (place - low) * (above - below);
}

export class Calibration {
  /** seconds with a face so far */
  private seconds = 0;
  private missing = 0;
  private readonly seen: Record<Step["name"], Measures[]> = { rest: [], mouth: [], brow: [] };

  /** A frame, `dt` seconds after the one before; null: no face in it. */
  add(measures: Measures | null, dt: number): void {
    if (this.ended) return;
    if (!measures) {
      this.missing += dt;
      return;
    }
    this.missing = 0;
    const { step, into } = this.at;
    if (into >= SETTLE_SECONDS) this.seen[step.name].push(measures);
    this.seconds += dt;
  }

  /** The step that is under way, and the seconds since it began. */
  get at(): { step: Step; into: number } {
    let into = this.seconds;
    for (const step of STEPS) {
      if (into < step.seconds || step === STEPS.at(-1)) return { step, into };
      into -= step.seconds;
    }
    throw new Error("there are no steps");
  }

  /** Of the whole, 0..1. */
  get progress(): number {
    return Math.min(1, this.seconds / WHOLE);
  }

  /** No face now: it waits. */
  get waits(): boolean {
    return this.missing > 0.3;
  }

  get ended(): "done" | "no face" | null {
    if (this.missing >= PATIENCE_SECONDS) return "no face";
    return this.seconds >= WHOLE ? "done" : null;
  }

  /** Null while it goes on, and where too little was seen. */
  get learned(): Learned | null {
    const { rest, mouth, brow } = this.seen;
    if (this.ended !== "done" || rest.length < 3) return null;
    const middle = (of: (one: Measures) => number) => percentile(rest.map(of), 0.5);
    const neutral = neutralOf({
      ...rest[0]!,
      mouth: middle((one) => one.mouth),
      mouthWidth: middle((one) => one.mouthWidth),
      corners: middle((one) => one.corners),
      brow: middle((one) => one.brow),
      eyes: middle((one) => one.eyes),
      pose: {
        ...rest[0]!.pose,
        yaw: middle(({ pose }) => pose.yaw),
        pitch: middle(({ pose }) => pose.pitch),
        roll: middle(({ pose }) => pose.roll),
      },
    });
    const missed: Learned["missed"] = [];
    const far = (name: "mouth" | "brow", frames: Measures[], usual: number) => {
      const shown = percentile(frames.map((one) => one[name] - neutral[name]), HIGH);
      if (shown >= LEAST * usual) return shown;
      missed.push(name);
      return usual;
    };
    return {
      neutral: {
        ...neutral,
        mouth_range: far("mouth", mouth, MOUTH_RANGE),
        brow_range: far("brow", brow, BROW_RANGE),
      },
      missed,
    };
  }
}
