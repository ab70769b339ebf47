/** From a control that was sent to the first sample of it that the worklet played. */

const KEPT = 400;

export class LatencyMeter {
  private readonly sent = new Map<number, number>();
  private readonly waiting: { frame: number; sent: number }[] = [];
  private readonly found: number[] = [];
  private fresh: number[] = [];
  /** the first frame that is played: what is made before only warms the server up, quicker than it would be heard */
  private from = Infinity;

  send(id: number, now: number): void {
    this.sent.set(id, now);
    if (this.sent.size > 1000) this.sent.clear();
  }

  applied(id: number, frame: number): void {
    const sent = this.sent.get(id);
    if (sent === undefined) return;
    this.sent.delete(id);
    if (frame >= this.from) this.waiting.push({ frame, sent });
  }

  /** @param frame the server's number of the first frame that is played. */
  begins(frame: number): void {
    this.from = frame;
  }

  /**
   * @param frame the server's number of the frame that is played next.
   * @param now milliseconds.
   */
  played(frame: number, now: number): void {
    while (this.waiting[0] && this.waiting[0].frame < frame) {
      const { frame: first, sent } = this.waiting.shift()!;
      const took = now - (frame - first) / 48 - sent;
      this.found.push(took);
      this.fresh.push(took);
      if (this.found.length > KEPT) this.found.shift();
    }
  }

  get count(): number {
    return this.found.length;
  }

  /** What was found since the last look, in milliseconds. */
  takeFresh(): number[] {
    const { fresh } = this;
    this.fresh = [];
    return fresh;
  }

  /** Milliseconds; null while nothing was measured. */
  percentile(share: number): number | null {
    if (this.found.length === 0) return null;
    const sorted = [...this.found].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
  }

  forget(): void {
    this.from = Infinity;
    this.sent.clear();
    this.waiting.length = 0;
  }
}
