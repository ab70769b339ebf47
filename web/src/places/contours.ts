/** Lines of equal density of the places, by marching squares. */
import { HEIGHT, WIDTH } from "./plane";
import type { Point } from "./triangles";

const STEP = 6;
const RIM = 90;
const REACH_X = 70;
const REACH_Y = 54;
const BETWEEN = 0.24;
const LINES = 8;

const COLUMNS = Math.round((WIDTH + 2 * RIM) / STEP) + 1;
const ROWS = Math.round((HEIGHT + 2 * RIM) / STEP) + 1;

/** As one path in pixels of the plane. */
export function contours(points: readonly Point[], scale = 1): string {
  const field = density(points, scale);
  const parts: string[] = [];
  for (let line = 1; line <= LINES; line++) march(field, line * BETWEEN, parts);
  return parts.join("");
}

function density(points: readonly Point[], scale: number): Float32Array {
  const field = new Float32Array(COLUMNS * ROWS);
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const [x, y] = [column * STEP - RIM, row * STEP - RIM];
      let sum = 0;
      for (const point of points) {
        const away = ((x - point.x) / (REACH_X * scale)) ** 2 + ((y - point.y) / (REACH_Y * scale)) ** 2;
        if (away < 9) sum += Math.exp(-away);
      }
      field[row * COLUMNS + column] = sum;
    }
  }
  return field;
}

/** Sides of a cell that a line cuts, by which of its corners are above: left 0, top 1, right 2, bottom 3. */
const CUTS: readonly (readonly [number, number][])[] = [
  [], [[0, 1]], [[1, 2]], [[0, 2]], [[2, 3]], [[0, 1], [2, 3]], [[1, 3]], [[0, 3]],
  [[0, 3]], [[1, 3]], [[0, 3], [1, 2]], [[2, 3]], [[0, 2]], [[1, 2]], [[0, 1]], [],
];

function march(field: Float32Array, level: number, parts: string[]): void {
  for (let row = 0; row + 1 < ROWS; row++) {
    for (let column = 0; column + 1 < COLUMNS; column++) {
      const k = row * COLUMNS + column;
      const [a, b, c, d] = [field[k]!, field[k + 1]!, field[k + COLUMNS + 1]!, field[k + COLUMNS]!];
      const kind = (a > level ? 1 : 0) + (b > level ? 2 : 0) + (c > level ? 4 : 0) + (d > level ? 8 : 0);
      const share = (from: number, to: number) => (level - from) / (to - from);
      const side = (which: number): string => {
        const [x, y] = [
          [0, share(a, d)],
          [share(a, b), 0],
          [1, share(b, c)],
          [share(d, c), 1],
        ][which] as [number, number];
        return `${((column + x) * STEP - RIM).toFixed(1)} ${((row + y) * STEP - RIM).toFixed(1)}`;
      };
      for (const [from, to] of CUTS[kind]!) parts.push(`M${side(from)}L${side(to)}`);
    }
  }
}
