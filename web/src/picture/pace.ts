/** How fine and how often is drawn: less where drawing is late, so that the sound is never hurt. */

interface Step {
  /** of the canvas, beside the screen's own pixels */
  scale: number;
  /** refreshes of the screen between two drawings */
  every: number;
  /** cubic between columns and rows, else linear */
  soft: boolean;
}

const STEPS: Step[] = [
  { scale: 1, every: 1, soft: true },
  { scale: 0.75, every: 1, soft: true },
  { scale: 0.75, every: 2, soft: true },
  { scale: 0.5, every: 2, soft: true },
  { scale: 0.5, every: 3, soft: false },
  { scale: 0.35, every: 4, soft: false },
];
/** where drawing is done by the processor that makes the sound too */
const SOFTWARE_STEP = 3;
const WINDOW = 45;
const SOFTWARE_WINDOW = 10;
const LATE_SHARE = 0.3;
const CALM_SHARE = 0.04;
const LATE_MS = 30;
/** of a drawing by the processor; it rests so many times as long afterwards */
const HEAVY_MS = 40;
const REST = 4;
const MOST_REST_MS = 400;
const TRY_MS = 8000;
const MOST_TRY_MS = 120_000;

export class Pace {
  private at: number;
  private refreshes = 0;
  private drawn = 0;
  private late = 0;
  private last = 0;
  private changedAt = 0;
  private patience = TRY_MS;
  private triedUp = false;
  private readonly least: number;
  private restUntil = 0;

  constructor(private readonly software: boolean) {
    this.at = this.least = software ? SOFTWARE_STEP : 0;
  }

  get step(): Step {
    return STEPS[this.at]!;
  }

  /** A refresh of the screen. @returns whether this one is drawn at. */
  due(now: number): boolean {
    return ++this.refreshes % this.step.every === 0 && now >= this.restUntil;
  }

  /** The drawing before was not finished when one was due. */
  missed(): void {
    this.late++;
  }

  /**
   * @param now milliseconds, of this drawing.
   * @param tookMs of the drawing before, until it was on the screen.
   * @returns whether the step changed.
   */
  drew(now: number, tookMs: number): boolean {
    const interval = (now - this.last) / this.step.every;
    this.last = now;
    if (this.software) this.restUntil = now + Math.min(MOST_REST_MS, REST * tookMs);
    // After a pause the first one says nothing.
    if (interval > 500) return false;
    this.drawn++;
    if (this.software ? tookMs > HEAVY_MS : interval > LATE_MS) this.late++;
    if (this.drawn < (this.software ? SOFTWARE_WINDOW : WINDOW)) return false;
    const share = this.late / this.drawn;
    this.drawn = this.late = 0;
    return this.judge(share, now);
  }

  private judge(share: number, now: number): boolean {
    if (share > LATE_SHARE && this.at < STEPS.length - 1) {
      // A try that failed is not made again soon.
      if (this.triedUp) this.patience = Math.min(MOST_TRY_MS, 2 * this.patience);
      this.triedUp = false;
      this.at++;
    } else if (share < CALM_SHARE && this.at > this.least && now - this.changedAt > this.patience) {
      this.triedUp = true;
      this.at--;
    } else {
      return false;
    }
    this.changedAt = now;
    return true;
  }
}
