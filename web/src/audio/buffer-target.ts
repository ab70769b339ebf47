/** The buffer's length: grows at each underrun, shrinks after a good while without one. */

const GROWTH = 1.4;
const MOST_MS = 100;
const CALM_MS = 8000;
const SHRINK = 0.85;

export class BufferTarget {
  ms: number;
  private calmSince = 0;

  constructor(private least: number) {
    this.ms = least;
  }

  /** What the player chose; it starts anew from there. */
  set leastMs(ms: number) {
    this.least = ms;
    this.ms = ms;
  }

  underrun(now: number): void {
    this.ms = Math.max(this.least, Math.min(MOST_MS, this.ms * GROWTH));
    this.calmSince = now;
  }

  calm(now: number): void {
    if (now - this.calmSince < CALM_MS) return;
    this.ms = Math.max(this.least, this.ms * SHRINK);
    this.calmSince = now;
  }

  /** At 48 kHz. */
  get frames(): number {
    return Math.round(this.ms * 48);
  }
}
