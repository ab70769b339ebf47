/** The map's plane and the latent space. */
import type { MapPoint } from "../generated/api";

interface Point {
  x: number;
  y: number;
}

/** Squared; the pad counts y from below, the map from above. */
function away(point: MapPoint, at: Point): number {
  return (point.x - at.x) ** 2 + (1 - point.y - at.y) ** 2;
}

const NEIGHBOURS = 3;
const TOUCHES = 1e-9;

/** Shares of the nearest three places, the nearer the more. */
export function blendAt(points: MapPoint[], at: Point): Record<string, number> {
  const near = [...points].sort((a, b) => away(a, at) - away(b, at)).slice(0, NEIGHBOURS);
  const shares = near.map((point) => 1 / Math.max(away(point, at), TOUCHES));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return Object.fromEntries(near.map((point, k) => [point.name, (shares[k] ?? 0) / total]));
}

export function nearest(points: MapPoint[], at: Point): MapPoint | null {
  let best: MapPoint | null = null;
  let least = Infinity;
  for (const point of points) {
    const distance = away(point, at);
    if (distance < least) [best, least] = [point, distance];
  }
  return best;
}

const KEY = "map/hover";

/** As the player last set it; where motion is reduced nothing sounds without being asked to. */
export function hearsOnHover(): boolean {
  const kept = localStorage.getItem(KEY);
  if (kept !== null) return kept === "on";
  return !matchMedia("(prefers-reduced-motion: reduce)").matches;
}

export function keepHearsOnHover(on: boolean): void {
  localStorage.setItem(KEY, on ? "on" : "off");
}

const LEAST_GAP_MS = 50;

/** The latest of what comes too fast. */
export class Throttle<T> {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private latest: { value: T } | null = null;

  constructor(private readonly act: (value: T) => void) {}

  give(value: T): void {
    if (this.timer !== undefined) {
      this.latest = { value };
      return;
    }
    this.act(value);
    this.timer = setTimeout(() => this.next(), LEAST_GAP_MS);
  }

  /** What still waits is not done. */
  forget(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.latest = null;
  }

  private next(): void {
    this.timer = undefined;
    const { latest } = this;
    this.latest = null;
    if (latest) this.give(latest.value);
  }
}
