/** Nods: a head that goes down at once, told the moment it does. As in Python. */
// A nod is this far down from the highest of the last moments, at least this fast.
const LEAST_DEGREES = 4;
const LEAST_SPEED = 25;
const FULL_SPEED = 100;
// How slowly what counts as up follows a head that looks down, and how slowly a nod rings out.
const UP_SECONDS = 0.8;
const FALL_SECONDS = 0.15;
const AGAIN_DEGREES = 2;

export class Nods {
  private level = 0;
  private up: number | null = null;
  private low = Infinity;
  private down = false;

  reset(): void {
    this.level = 0;
    this.up = null;
    this.low = Infinity;
    this.down = false;
  }

  /** Degrees, positive looking up, and degrees per second; gives 0..1. */
  step(pitch: number, speed: number, dt: number): number {
    this.level *= Math.exp(-dt / FALL_SECONDS);
    if (this.up === null || pitch > this.up) this.up = pitch;
    else this.up += (1 - Math.exp(-dt / UP_SECONDS)) * (pitch - this.up);
    if (this.down) {
      this.low = Math.min(this.low, pitch);
      this.down = pitch < this.low + AGAIN_DEGREES;
    } else if (this.up - pitch > LEAST_DEGREES && -speed > LEAST_SPEED) {
      this.down = true;
      this.low = pitch;
    }
    if (this.down) this.level = Math.max(this.level, Math.min(-speed / FULL_SPEED, 1));
    return this.level;
  }
}
