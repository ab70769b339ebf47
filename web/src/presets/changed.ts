/** Whether a sound is still the preset that was set. */
import type { ControlCard, Preset } from "../generated/api";
import type { Patch } from "../generated/wire";
import { mix } from "../play/morph";

/** of a control's range; nobody hears less */
const HEARD = 1e-3;

export function soundOf({ patch, other, morph }: Pick<Preset, "patch" | "other" | "morph">): Patch {
  return other ? mix(patch, other, morph) : patch;
}

/** Controls at rest and choices that were not made are no difference: the server fills them in. */
export function sameSound(a: Patch, b: Patch, cards: readonly ControlCard[]): boolean {
  return (
    a.instrument === b.instrument &&
    a.bundle === b.bundle &&
    Math.abs(a.tempo - b.tempo) < 0.01 &&
    cards.every(({ name, rest, low, high }) => near(a.controls[name] ?? rest, b.controls[name] ?? rest, HEARD * (high - low))) &&
    Object.entries(a.choices).every(([choice, value]) => (b.choices[choice] ?? value) === value) &&
    samePlace(a.place, b.place) &&
    alike(a.map, b.map) &&
    alike(a.moves, b.moves)
  );
}

const near = (x: number, y: number, within: number) => Math.abs(x - y) <= within;

function samePlace(a: Patch["place"], b: Patch["place"]): boolean {
  if (!a || !b) return !a === !b;
  const names = new Set([...Object.keys(a.weights), ...Object.keys(b.weights)]);
  const wA = a.w ?? [];
  const wB = b.w ?? [];
  return (
    wA.length === wB.length &&
    wA.every((value, k) => near(value, wB[k]!, HEARD)) &&
    [...names].every((name) => near(a.weights[name] ?? 0, b.weights[name] ?? 0, HEARD))
  );
}

/** Keys that one of them leaves out are null in the other. */
function alike(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number") return near(a, b, 1e-6);
  if (a && b && typeof a === "object" && typeof b === "object") {
    const x = a as Record<string, unknown>;
    const y = b as Record<string, unknown>;
    return [...new Set([...Object.keys(x), ...Object.keys(y)])].every((key) => alike(x[key] ?? null, y[key] ?? null));
  }
  return (a ?? null) === (b ?? null);
}
