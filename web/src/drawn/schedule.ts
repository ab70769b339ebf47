/** Pictures on their way to the screen: each is shown when the sound it belongs to is heard. */

interface Timed {
  /** the sample clock of its moment */
  frame: number;
}

const FRAMES_PER_MS = 48;
const MOST_WAITING = 64;
/** a clock that is so far from what was thought is another one */
const JUMP = 24_000;

export class Schedule<T extends Timed> {
  private waiting: T[] = [];
  private at = 0;
  private heard = 0;

  /** @param heard what is played at `now`, in milliseconds of this thread's clock. */
  add(one: T, heard: number, now: number): void {
    const thought = this.heardAt(now);
    // Messages come in bursts: the clock goes on smoothly between them.
    this.heard = Math.abs(heard - thought) > JUMP ? heard : thought + 0.1 * (heard - thought);
    this.at = now;
    const last = this.waiting.at(-1);
    if (last && one.frame < last.frame) this.waiting = [];
    this.waiting.push(one);
    if (this.waiting.length > MOST_WAITING) this.waiting.shift();
  }

  /** Those whose moment has come since the last time, the oldest first. */
  due(now: number): T[] {
    const heard = this.heardAt(now);
    const later = this.waiting.findIndex((one) => one.frame > heard);
    return this.waiting.splice(0, later < 0 ? this.waiting.length : later);
  }

  get empty(): boolean {
    return this.waiting.length === 0;
  }

  clear(): void {
    this.waiting = [];
  }

  private heardAt(now: number): number {
    return this.heard + (now - this.at) * FRAMES_PER_MS;
  }
}
