/** Between two patches of one instrument. */
import type { Patch, Place } from "../generated/wire";

/**
 * @param part 0 is `a`, 1 is `b`; controls, places and depths lie between, all that has no between
 *   (choices, lines of the map, shapes) is that of the nearer one.
 */
export function mix(a: Patch, b: Patch, part: number): Patch {
  if (part <= 0 || a.instrument !== b.instrument || a.bundle !== b.bundle) return part < 0.5 ? a : b;
  if (part >= 1) return b;
  const nearer = part < 0.5 ? a : b;
  const between = (x: number, y: number) => x + part * (y - x);
  const controls: Record<string, number> = {};
  for (const name of new Set([...Object.keys(a.controls), ...Object.keys(b.controls)])) {
    const x = a.controls[name];
    const y = b.controls[name];
    // What only one of them holds is held where that one has it.
    controls[name] = x === undefined || y === undefined ? (x ?? y)! : between(x, y);
  }
  return { ...nearer, controls, place: mixPlaces(a.place, b.place, part), tempo: between(a.tempo, b.tempo) };
}

function mixPlaces(a: Place | null, b: Place | null, part: number): Place | null {
  if (a && b && a.w && b.w && a.w.length === b.w.length) {
    return { w: a.w.map((x, k) => x + part * (b.w![k]! - x)), weights: {} };
  }
  if (a && b && !a.w && !b.w) {
    const weights: Record<string, number> = {};
    for (const [name, share] of shares(a)) weights[name] = (1 - part) * share;
    for (const [name, share] of shares(b)) weights[name] = (weights[name] ?? 0) + part * share;
    return { w: null, weights };
  }
  return part < 0.5 ? a : b;
}

function shares({ weights }: Place): [string, number][] {
  const all = Object.values(weights).reduce((sum, share) => sum + Math.max(0, share), 0) || 1;
  return Object.entries(weights).map(([name, share]) => [name, Math.max(0, share) / all]);
}
