/** A face comes and goes: it is believed in for a moment, glides to rest, and comes back cleanly. */
import { share, smoothStep } from "./stillness";

const WELCOME_SECONDS = 0.4;

export class Presence {
  private missing = Infinity;
  private back = Infinity;

  constructor(
    private readonly holdSeconds = 0.2,
    private readonly restSeconds = 0.6,
  ) {}

  /** Whether the face has been there long enough for its speed to mean something. */
  get settled(): boolean {
    return this.back > WELCOME_SECONDS;
  }

  /** 0 at the return of a face, 1 when it is fully back. */
  get welcome(): number {
    return smoothStep(Math.min(this.back / WELCOME_SECONDS, 1));
  }

  /** A frame with a face. @returns whether it is to be welcomed; not the very first. */
  returns(dt: number, other: boolean): boolean {
    const gone = this.missing;
    this.missing = 0;
    if (gone === Infinity) return false;
    if (gone > this.holdSeconds || other) {
      this.back = 0;
      return true;
    }
    this.back += dt;
    return false;
  }

  /** A frame without one. @returns the part of the way to rest to go in it. */
  lost(dt: number): number {
    this.missing += dt;
    return this.missing <= this.holdSeconds ? 0 : share(dt, this.restSeconds);
  }
}
