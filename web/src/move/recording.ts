/** A path by hand: how far up the hand was, as time went by. */

const MOST_POINTS = 256;

export class PathRecording {
  private readonly times: number[] = [];
  private readonly values: number[] = [];

  /** @param value -1..1. */
  add(seconds: number, value: number): void {
    this.times.push(seconds);
    this.values.push(value);
  }

  get seconds(): number {
    return this.times.length > 1 ? this.times.at(-1)! - this.times[0]! : 0;
  }

  /** Evenly spaced over the whole, at most 256. */
  points(): number[] {
    const length = this.seconds;
    const count = Math.min(MOST_POINTS, Math.max(2, Math.round(length * 50)));
    const start = this.times[0] ?? 0;
    let at = 0;
    return Array.from({ length: count }, (_, k) => {
      const wanted = start + (length * k) / count;
      while (at + 1 < this.times.length - 1 && this.times[at + 1]! < wanted) at++;
      const [t0, t1] = [this.times[at]!, this.times[at + 1] ?? this.times[at]!];
      const part = t1 > t0 ? Math.min(1, Math.max(0, (wanted - t0) / (t1 - t0))) : 0;
      const value = this.values[at]! + part * ((this.values[at + 1] ?? this.values[at]!) - this.values[at]!);
      return Number(value.toFixed(3));
    });
  }
}
