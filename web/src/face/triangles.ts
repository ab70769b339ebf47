/** A net of lines over a face: the Delaunay triangles of its points as seen from inside the head. */
import { HOLES, OVAL } from "./contours";

type Vertex = readonly [number, number, number];
type Triangle = [number, number, number];

/** Behind the eyes, in centimetres: from here the whole face is seen without a fold. */
const CENTRE: Vertex = [0, 0, -3];

/** Each edge once, as pairs of indices. */
export function netOf(vertices: readonly Vertex[]): Uint16Array {
  const skin = triangulate(vertices.map(flat)).filter(
    (triangle) => ![OVAL, ...HOLES].some((loop) => triangle.every((index) => loop.includes(index))),
  );
  const edges = new Map<number, [number, number]>();
  for (const [a, b, c] of skin) {
    for (const [from, to] of [[a, b], [b, c], [c, a]] as const) {
      const [low, high] = from < to ? [from, to] : [to, from];
      edges.set(low * vertices.length + high, [low, high]);
    }
  }
  return Uint16Array.from([...edges.values()].flat());
}

/** Stereographic: circles stay circles, so that triangles of the plane are those of the sphere. */
function flat([x, y, z]: Vertex): [number, number] {
  const [dx, dy, dz] = [x - CENTRE[0], y - CENTRE[1], z - CENTRE[2]];
  const length = Math.hypot(dx, dy, dz);
  return [dx / (length + dz), dy / (length + dz)];
}

/** Bowyer 1981 and Watson 1981: point after point, what a circle spans over it is drawn anew. */
export function triangulate(points: readonly (readonly [number, number])[]): Triangle[] {
  const count = points.length;
  const far = 1e3;
  const all = [...points, [-far, -far], [far, -far], [0, far]] as [number, number][];
  let found: { corners: Triangle; x: number; y: number; square: number }[] = [];
  const add = (a: number, b: number, c: number) => {
    const [[ax, ay], [bx, by], [cx, cy]] = [all[a]!, all[b]!, all[c]!];
    const twice = 2 * (ax * (by - cy) + bx * (cy - ay) + cx * (ay - by));
    if (Math.abs(twice) < 1e-14) return;
    const [sa, sb, sc] = [ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy];
    const x = (sa * (by - cy) + sb * (cy - ay) + sc * (ay - by)) / twice;
    const y = (sa * (cx - bx) + sb * (ax - cx) + sc * (bx - ax)) / twice;
    found.push({ corners: [a, b, c], x, y, square: (ax - x) ** 2 + (ay - y) ** 2 });
  };
  add(count, count + 1, count + 2);
  for (let index = 0; index < count; index++) {
    const [px, py] = all[index]!;
    const rim = new Map<string, [number, number]>();
    found = found.filter(({ corners: [a, b, c], x, y, square }) => {
      if ((px - x) ** 2 + (py - y) ** 2 >= square) return true;
      for (const [from, to] of [[a, b], [b, c], [c, a]] as const) {
        const name = from < to ? `${from} ${to}` : `${to} ${from}`;
        if (!rim.delete(name)) rim.set(name, [from, to]);
      }
      return false;
    });
    for (const [from, to] of rim.values()) add(from, to, index);
  }
  return found.map(({ corners }) => corners).filter((corners) => corners.every((corner) => corner < count));
}
