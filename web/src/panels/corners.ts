/** Four sounds at the corners of a square: top left, top right, bottom left, bottom right. */
import type { PlaceCard } from "../generated/api";

export interface Spot {
  /** 0..1 from the left */
  x: number;
  /** 0..1 from the bottom */
  y: number;
}

const CORNERS = 4;

/** Four that lie apart: the first of groups that lie apart in the list; fewer places are repeated. */
export function spread(places: readonly PlaceCard[]): string[] {
  const groups = [...new Set(places.map(({ group }) => group))];
  const from = groups.length >= CORNERS ? groups.map((name) => places.find(({ group }) => group === name)!) : places;
  return [0.1, 0.35, 0.6, 0.9].map((part) => from[Math.floor(part * from.length)]?.name ?? "");
}

/** The places of a blend as corners, its largest first, beside corners that it leaves. */
export function cornersFor(blend: Record<string, number>, before: readonly string[]): string[] {
  const names = Object.keys(blend)
    .sort((a, b) => blend[b]! - blend[a]!)
    .slice(0, CORNERS);
  const others = before.filter((name) => !names.includes(name));
  return Array.from({ length: CORNERS }, (_, k) => names[k] ?? others[k - names.length] ?? before[k] ?? "");
}

/** Shares of each sound at a spot. */
export function blendOf(corners: readonly string[], { x, y }: Spot): Record<string, number> {
  const shares = [(1 - x) * y, x * y, (1 - x) * (1 - y), x * (1 - y)];
  const blend: Record<string, number> = {};
  shares.forEach((share, k) => {
    const name = corners[k];
    if (name && share > 0) blend[name] = (blend[name] ?? 0) + share;
  });
  return blend;
}

/** Where a blend lies between the corners; null where it is of other sounds too. */
export function spotOf(corners: readonly string[], blend: Record<string, number> | null): Spot | null {
  const names = Object.keys(blend ?? {}).filter((name) => blend![name]! > 0);
  if (!blend || names.length === 0 || names.some((name) => !corners.includes(name))) return null;
  const total = names.reduce((sum, name) => sum + blend[name]!, 0);
  let [x, y] = [0, 0];
  for (const name of names) {
    // A sound that has two corners stands in their middle.
    const own = corners.flatMap((corner, k) => (corner === name ? [k] : []));
    for (const k of own) {
      x += ((k % 2) * blend[name]!) / (own.length * total);
      y += ((k < 2 ? 1 : 0) * blend[name]!) / (own.length * total);
    }
  }
  return { x, y };
}
