/** Delaunay's triangles of points in a plane, by Bowyer and Watson. */

export interface Point {
  x: number;
  y: number;
}

type Triple = [number, number, number];

interface Circle {
  corners: Triple;
  x: number;
  y: number;
  squared: number;
}

const FAR = 1e5;
/** pixels: points on one circle have no triangles of their own, so none are quite on one */
const UNEVEN = 1e-3;

/** Triples of indices, each triangle once; none for fewer than three points. */
export function triangulate(points: readonly Point[]): Triple[] {
  const count = points.length;
  const uneven = points.map(({ x, y }, k) => ({
    x: x + UNEVEN * Math.sin(12.9 * k + 1),
    y: y + UNEVEN * Math.cos(78.2 * k + 2),
  }));
  const all: Point[] = [...uneven, { x: -FAR, y: -FAR }, { x: FAR, y: -FAR }, { x: 0, y: FAR }];
  let made = [around(all, [count, count + 1, count + 2])];
  for (let k = 0; k < count; k++) {
    const at = all[k]!;
    const left: Circle[] = [];
    const rim = new Map<string, [number, number]>();
    for (const one of made) {
      if ((at.x - one.x) ** 2 + (at.y - one.y) ** 2 >= one.squared) {
        left.push(one);
        continue;
      }
      // An edge of two such triangles lies inside the hole.
      for (const [a, b] of edges(one.corners)) {
        const key = a < b ? `${a} ${b}` : `${b} ${a}`;
        if (!rim.delete(key)) rim.set(key, [a, b]);
      }
    }
    made = left;
    for (const [a, b] of rim.values()) made.push(around(all, [a, b, k]));
  }
  return made.map(({ corners }) => corners).filter((corners) => corners.every((k) => k < count));
}

function edges([a, b, c]: Triple): [number, number][] {
  return [[a, b], [b, c], [c, a]];
}

function around(points: readonly Point[], corners: Triple): Circle {
  const [a, b, c] = corners.map((k) => points[k]!) as [Point, Point, Point];
  const twice = 2 * (a.x * (b.y - c.y) + b.x * (c.y - a.y) + c.x * (a.y - b.y));
  const [aa, bb, cc] = [a, b, c].map(({ x, y }) => x * x + y * y) as [number, number, number];
  const x = (aa * (b.y - c.y) + bb * (c.y - a.y) + cc * (a.y - b.y)) / twice;
  const y = (aa * (c.x - b.x) + bb * (a.x - c.x) + cc * (b.x - a.x)) / twice;
  return { corners, x, y, squared: (a.x - x) ** 2 + (a.y - y) ** 2 };
}

/** Shares of a triangle's corners at a point; they add up to 1, and one below 0 says outside. */
export function sharesIn([a, b, c]: readonly [Point, Point, Point], { x, y }: Point): [number, number, number] {
  const whole = (b.y - c.y) * (a.x - c.x) + (c.x - b.x) * (a.y - c.y);
  const first = ((b.y - c.y) * (x - c.x) + (c.x - b.x) * (y - c.y)) / whole;
  const second = ((c.y - a.y) * (x - c.x) + (a.x - c.x) * (y - c.y)) / whole;
  return [first, second, 1 - first - second];
}
