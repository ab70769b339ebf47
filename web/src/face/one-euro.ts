/**
 * The one-euro filter: calm when slow, quick when fast.
 *
 * Source: Casiez, Roussel, Vogel 2012, "1 EUR Filter", CHI.
 */

const DERIVATIVE_CUTOFF_HZ = 1;

function share(cutoffHz: number, dt: number): number {
  const turn = 2 * Math.PI * cutoffHz * dt;
  return turn / (turn + 1);
}

export class OneEuro {
  value: number | null = null;
  /** units per second */
  speed = 0;
  private raw = 0;

  constructor(
    private readonly minCutoff: number,
    private readonly beta: number,
  ) {}

  step(raw: number, dt: number): number {
    if (this.value === null || dt <= 0) {
      [this.value, this.raw, this.speed] = [raw, raw, 0];
      return raw;
    }
    this.speed += share(DERIVATIVE_CUTOFF_HZ, dt) * ((raw - this.raw) / dt - this.speed);
    this.raw = raw;
    const cutoff = this.minCutoff + this.beta * Math.abs(this.speed);
    this.value += share(cutoff, dt) * (raw - this.value);
    return this.value;
  }

  restart(): void {
    this.value = null;
    this.speed = 0;
    this.raw = 0;
  }
}
