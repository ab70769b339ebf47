/** A search by ear: a sound, its children, the one that is chosen, its children. */

export interface Sound {
  id: number;
  parent: number | null;
  /** `[latent_size]` */
  w: number[];
}

export interface Lineage {
  sounds: Sound[];
  /** whose children are heard; null: the first ones, from anywhere */
  parent: number | null;
}

export const CHILDREN = 6;
const MOST = 240;

export const beginning: Lineage = { sounds: [], parent: null };

export function childrenOf({ sounds }: Lineage, parent: number | null): Sound[] {
  return sounds.filter((sound) => sound.parent === parent).slice(-CHILDREN);
}

/** From the first sound to the one whose children are heard. */
export function line(lineage: Lineage): Sound[] {
  const found: Sound[] = [];
  let at = lineage.parent;
  while (at !== null) {
    const sound = lineage.sounds.find(({ id }) => id === at);
    if (!sound) break;
    found.unshift(sound);
    at = sound.parent;
  }
  return found;
}

/**
 * Children near their parent.
 *
 * @param random places from anywhere, twice as many as children: the difference of two of them is a
 *   step that the space itself is as wide as, in each of its directions.
 * @param spread part of such a step.
 */
export function breed(lineage: Lineage, random: number[][], spread: number): Lineage {
  const parent = lineage.sounds.find(({ id }) => id === lineage.parent) ?? null;
  let id = lineage.sounds.reduce((most, sound) => Math.max(most, sound.id), 0);
  const made: Sound[] = [];
  for (let k = 0; k + 1 < random.length; k += 2) {
    const [one, two] = [random[k]!, random[k + 1]!];
    const w = parent ? parent.w.map((value, n) => value + (spread * (one[n]! - two[n]!)) / Math.SQRT2) : one;
    made.push({ id: ++id, parent: lineage.parent, w });
  }
  const kept = new Set(line(lineage).map((sound) => sound.id));
  // The line to here is never forgotten, however long the search.
  const old = lineage.sounds.filter((sound, n) => kept.has(sound.id) || n >= lineage.sounds.length + made.length - MOST);
  return { ...lineage, sounds: [...old, ...made] };
}
