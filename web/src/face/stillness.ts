/** How still a face is, against the noise that its own tracking has. */

/** Part of the way that a one-pole smoother goes in `dt` seconds. */
export function share(dt: number, timeConstant: number): number {
  return timeConstant <= 0 ? 1 : -Math.expm1(-dt / timeConstant);
}

export const smoothStep = (part: number): number => part * part * (3 - 2 * part);

const SMOOTH_SECONDS = 0.2;
const FLOOR_RISE_SECONDS = 30;
const FLOOR_FALL_SECONDS = 0.4;
const [LEAST_FLOOR, MOST_FLOOR] = [0.01, 0.12];
// Motion of this many floors is still rest; beyond, this much more is full motion.
const [REST_FLOORS, SPAN] = [2, 0.35];

export interface Speeds {
  yaw: number;
  pitch: number;
  roll: number;
  mouth: number;
  brow: number;
  x: number;
  y: number;
}

/** Speeds that count as 1: degrees, openings, eye distances, per second. */
const SCALES: Speeds = { yaw: 25, pitch: 25, roll: 25, mouth: 1, brow: 1.5, x: 1, y: 1 };

export class Stillness {
  private motion = 0;
  private floor = 0.04;

  reset(): void {
    this.motion = 0;
    this.floor = 0.04;
  }

  step(speeds: Speeds, dt: number): number {
    let sum = 0;
    for (const name of Object.keys(SCALES) as (keyof Speeds)[]) sum += (speeds[name] / SCALES[name]) ** 2;
    this.motion += share(dt, SMOOTH_SECONDS) * (Math.sqrt(sum) - this.motion);
    const pace = this.motion < this.floor ? FLOOR_FALL_SECONDS : FLOOR_RISE_SECONDS;
    this.floor += share(dt, pace) * (this.motion - this.floor);
    this.floor = Math.min(Math.max(this.floor, LEAST_FLOOR), MOST_FLOOR);
    const over = (this.motion - REST_FLOORS * this.floor) / SPAN;
    return 1 - smoothStep(Math.min(Math.max(over, 0), 1));
  }
}
