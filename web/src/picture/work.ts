/** How long the drawing thread's own work takes, a frame. */

const KEPT = 240;

export class Work {
  private readonly took = new Float32Array(KEPT);
  private count = 0;

  add(ms: number): void {
    this.took[this.count++ % KEPT] = ms;
  }

  /** Of the latest frames; the count starts anew. */
  take(): { frames: number; mean: number; p95: number } {
    const frames = this.count;
    const kept = this.took.slice(0, Math.min(frames, KEPT)).sort();
    this.count = 0;
    if (kept.length === 0) return { frames: 0, mean: 0, p95: 0 };
    const mean = kept.reduce((sum, one) => sum + one, 0) / kept.length;
    return { frames, mean, p95: kept[Math.min(kept.length - 1, Math.floor(0.95 * kept.length))]! };
  }
}
