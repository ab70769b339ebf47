/** Four sounds at the corners of a square: top left, top right, bottom left, bottom right. */

/** Four that lie apart in the list; fewer places are repeated. */
export function spread(places: string[]): string[] {
  const own = places.filter((name) => !name.startsWith("w_")).sort();
  const from = own.some((name) => name.startsWith("instrument/"))
    ? own.filter((name) => name.startsWith("instrument/"))
    : own;
  return [0.1, 0.35, 0.6, 0.9].map((part) => from[Math.floor(part * from.length)] ?? "");
}

/** Shares of each sound; x from the left, y from the bottom, 0..1. */
export function blendOf(corners: string[], x: number, y: number): Record<string, number> {
  const shares = [(1 - x) * y, x * y, (1 - x) * (1 - y), x * (1 - y)];
  const blend: Record<string, number> = {};
  shares.forEach((share, k) => {
    const name = corners[k];
    if (name && share > 0) blend[name] = (blend[name] ?? 0) + share;
  });
  return blend;
}
