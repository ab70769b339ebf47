/** Where a texture is heard: a place, and what sliders and axes add to it. */
import type { AxisMove, ControlCard } from "../generated/api";
import type { Patch } from "../generated/wire";

export interface Bearing {
  axes: AxisMove[];
  /** slider to -5..5 */
  settings: Record<string, number>;
  /** how much of a prototype, above 0..1 */
  prototypes: Record<string, number>;
}

const MOVING = new Set<ControlCard["group"]>(["meaning", "axis", "place"]);

/** What is set beside the place, without what is at rest. */
export function bearingOf(patch: Patch, cards: ControlCard[]): Bearing {
  const found: Bearing = { axes: [], settings: {}, prototypes: {} };
  for (const { name, group, rest } of cards) {
    const value = patch.controls[name];
    if (value === undefined || value === rest) continue;
    if (group === "meaning") found.settings[name] = value;
    else if (group === "place" && value > 0) found.prototypes[name] = value;
    else if (group === "axis") {
      const cut = name.lastIndexOf("/");
      found.axes.push({ group: name.slice(0, cut), number: Number(name.slice(cut + 1)), value });
    }
  }
  return found;
}

export function isPlain({ axes, settings, prototypes }: Bearing): boolean {
  return axes.length + Object.keys(settings).length + Object.keys(prototypes).length === 0;
}

/** The controls that bear, back to rest: for when the place itself is where they led. */
export function atRest(patch: Patch, cards: ControlCard[]): Record<string, number> {
  const moved = cards.filter(({ name, group, rest }) => MOVING.has(group) && (patch.controls[name] ?? rest) !== rest);
  return Object.fromEntries(moved.map(({ name, rest }) => [name, rest]));
}
