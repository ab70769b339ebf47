/** The map's plane and the latent space. */
import type { LatentMap, MapPoint } from "../generated/api";

/** The map fills this much of the pad, so that points at its rim are whole. */
const FILL = 0.94;

interface Point {
  x: number;
  y: number;
}

/** Pad 0..1 to plane -1..1 and a little beyond. */
function onPlane({ x, y }: Point): Point {
  return { x: (2 * x - 1) / FILL, y: (2 * y - 1) / FILL };
}

export function placeAt(map: LatentMap, at: Point): number[] {
  const { x, y } = onPlane(at);
  const [across = [], up = []] = map.axes;
  return map.middle.map((value, k) => value + x * (across[k] ?? 0) + y * (up[k] ?? 0));
}

export function nearest(points: MapPoint[], at: Point): MapPoint | null {
  const { x, y } = onPlane(at);
  let best: MapPoint | null = null;
  let least = Infinity;
  for (const point of points) {
    const away = (point.x - x) ** 2 + (point.y - y) ** 2;
    if (away < least) [best, least] = [point, away];
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
