/** The plane on which places lie: what is heard between them, and which is next. */
import type { LatentMap, MapPoint } from "../generated/api";
import type { Weights } from "./shares";
import { sharesIn, triangulate, type Point } from "./triangles";

/** In the plane's own pixels, as the server lays places out. */
export const WIDTH = 1040;
export const HEIGHT = 455;

export interface Spot extends MapPoint {
  /** in pixels of the plane */
  at: Point;
}

/** Beyond the places: what lies outside sounds like the place that is nearest. */
const BEYOND = 70;
const RIM_STEPS = 10;
const LEAST = 1e-6;
const TOUCH = 1e-6;

export class Plane {
  readonly spots: readonly Spot[];
  private readonly corners: { at: Point; name: string }[];
  private readonly triangles: [number, number, number][];

  constructor({ points }: Pick<LatentMap, "points">) {
    this.spots = points.map((point) => ({ ...point, at: { x: point.x * WIDTH, y: point.y * HEIGHT } }));
    const rim = this.spots.length > 0 ? rimPoints().map((at) => ({ at, name: this.nearest(at)!.name })) : [];
    this.corners = [...this.spots.map(({ at, name }) => ({ at, name })), ...rim];
    this.triangles = triangulate(this.corners.map(({ at }) => at));
  }

  /**
   * Shares of the three places around a point. They change without a jump on any way, and on a place
   * there is that place alone.
   */
  blend(point: Point): Weights {
    const at = inside(point);
    let best: [share: number, name: string][] = [];
    let least = -Infinity;
    for (const triangle of this.triangles) {
      const own = triangle.map((k) => this.corners[k]!);
      const shares = sharesIn(own.map((corner) => corner.at) as [Point, Point, Point], at);
      const lowest = Math.min(...shares);
      // On an edge it is a matter of rounding which of the two triangles has the point.
      if (lowest <= least) continue;
      least = lowest;
      best = own.map(({ name }, k) => [Math.max(0, shares[k]!), name]);
      if (lowest > 0) break;
    }
    const found: Weights = {};
    for (const [share, name] of best) if (share > LEAST) found[name] = (found[name] ?? 0) + share;
    const total = Object.values(found).reduce((sum, share) => sum + share, 0);
    return Object.fromEntries(Object.entries(found).map(([name, share]) => [name, share / total]));
  }

  /** The middle of a blend; null where it has none of these places, or others too. */
  middle(weights: Weights): Point | null {
    let [x, y, total] = [0, 0, 0];
    for (const [name, weight] of Object.entries(weights)) {
      const spot = this.spots.find((one) => one.name === name);
      if (!spot) return null;
      x += weight * spot.at.x;
      y += weight * spot.at.y;
      total += weight;
    }
    return total > 0 ? { x: x / total, y: y / total } : null;
  }

  /** Whether a blend is what is heard at a point. */
  isAt(point: Point, weights: Weights): boolean {
    const here = this.blend(point);
    const total = Object.values(weights).reduce((sum, share) => sum + share, 0);
    const names = new Set([...Object.keys(here), ...Object.keys(weights)]);
    return [...names].every((name) => Math.abs((here[name] ?? 0) - (weights[name] ?? 0) / total) < 0.01);
  }

  nearest(point: Point): Spot | null {
    return lowest(this.spots, ({ at }) => Math.hypot(at.x - point.x, at.y - point.y));
  }

  /** The next place to the right (1, 0), above (0, -1), ...; null where there is none. */
  next(from: Point, way: Point): Spot | null {
    const ahead = this.spots.filter(({ at }) => along(from, at, way) > TOUCH + 0.5 * aside(from, at, way));
    return lowest(ahead, ({ at }) => along(from, at, way) + 2 * aside(from, at, way));
  }
}

function along(from: Point, to: Point, way: Point): number {
  return (to.x - from.x) * way.x + (to.y - from.y) * way.y;
}

function aside(from: Point, to: Point, way: Point): number {
  return Math.abs((to.x - from.x) * way.y - (to.y - from.y) * way.x);
}

function lowest<T>(all: readonly T[], of: (one: T) => number): T | null {
  let best: T | null = null;
  let least = Infinity;
  for (const one of all) {
    const value = of(one);
    if (value < least) [best, least] = [one, value];
  }
  return best;
}

/** Kept where there is something to hear. */
export function inside({ x, y }: Point): Point {
  const within = (value: number, most: number) => Math.min(Math.max(value, -BEYOND / 2), most + BEYOND / 2);
  return { x: within(x, WIDTH), y: within(y, HEIGHT) };
}

function rimPoints(): Point[] {
  const found: Point[] = [];
  for (let k = 0; k < RIM_STEPS; k++) {
    const x = -BEYOND + (k / RIM_STEPS) * (WIDTH + 2 * BEYOND);
    const y = -BEYOND + (k / RIM_STEPS) * (HEIGHT + 2 * BEYOND);
    found.push({ x, y: -BEYOND }, { x: WIDTH - x, y: HEIGHT + BEYOND });
    found.push({ x: -BEYOND, y: HEIGHT - y }, { x: WIDTH + BEYOND, y });
  }
  return found;
}
