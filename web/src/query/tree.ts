/** The lineage as a drawing: generations from left to right, families together. */
import type { SearchSound } from "../generated/api";

export interface Node {
  sound: SearchSound;
  /** generation, 0 for a beginning */
  column: number;
  row: number;
}

export interface Tree {
  nodes: Node[];
  edges: { from: Node; to: Node }[];
  columns: number;
  rows: number;
}

const MOST = 160;

/**
 * What matters of a search: sounds with children, liked ones, and those that are shown now.
 *
 * @param shown numbers of the batch that is heard.
 */
export function drawTree(sounds: SearchSound[], shown: ReadonlySet<number>): Tree {
  const parents = new Set(sounds.flatMap((sound) => sound.parents));
  const matters = sounds.filter(
    ({ number, opinion }) => parents.has(number) || opinion > 0 || shown.has(number),
  );
  const kept = withAncestors(sounds, matters.slice(-MOST));
  const children = new Map<number, SearchSound[]>();
  const beginnings: SearchSound[] = [];
  for (const sound of kept) {
    const parent = sound.parents[0];
    if (parent === undefined) beginnings.push(sound);
    else children.set(parent, [...(children.get(parent) ?? []), sound]);
  }
  const nodes = new Map<number, Node>();
  let row = 0;
  let columns = 0;
  const place = (sound: SearchSound, column: number): void => {
    columns = Math.max(columns, column + 1);
    const node = { sound, column, row };
    nodes.set(sound.number, node);
    const own = children.get(sound.number) ?? [];
    // The first child stands beside its parent, the others below.
    own.forEach((child, k) => {
      if (k > 0) row += 1;
      place(child, column + 1);
    });
  };
  beginnings.forEach((sound, k) => {
    if (k > 0) row += 1;
    place(sound, 0);
  });
  const edges = [...nodes.values()].flatMap((to) =>
    to.sound.parents.flatMap((number) => {
      const from = nodes.get(number);
      return from ? [{ from, to }] : [];
    }),
  );
  return { nodes: [...nodes.values()], edges, columns, rows: nodes.size ? row + 1 : 0 };
}

/** No sound without those that lead to it by first parents, so that nothing hangs in the air. */
function withAncestors(sounds: SearchSound[], wanted: SearchSound[]): SearchSound[] {
  const numbers = new Set<number>();
  for (const { number } of wanted) {
    let at: number | undefined = number;
    while (at !== undefined && !numbers.has(at)) {
      numbers.add(at);
      at = sounds[at]?.parents[0];
    }
  }
  return sounds.filter(({ number }) => numbers.has(number));
}
