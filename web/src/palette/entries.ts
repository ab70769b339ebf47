/** What the palette can find, and in which order it shows what it has found. */
import type { Sign } from "../kit/Icon";
import { match } from "./fuzzy";

export const GROUPS = ["Controls", "Presets", "Places", "Do", "Pages", "Help"] as const;
export type Group = (typeof GROUPS)[number];

export interface Entry {
  group: Group;
  /** different from all others */
  key: string;
  title: string;
  /** beside the title, softly */
  note?: string;
  /** at the right: the key that does it, or what Enter does */
  hint?: string;
  sign: Sign;
  /** further words that find it */
  words?: string;
  /** of the instrument that is open */
  here?: boolean;
  /** shown while nothing is asked */
  first?: boolean;
  /** @returns what is asked next, where the palette stays open. */
  act: () => string | void;
}

export interface Shown extends Entry {
  hits: readonly number[];
}

const MOST = 6;
/** of those that only their other words have found */
const MOST_BY_WORDS = 3;

/** Groups with their entries, the group of the best one first; equal ones as they are drawn. */
export function findEntries(entries: readonly Entry[], asked: string, onlyHere: boolean): [Group, Shown[]][] {
  const found = new Map<Group, Scored[]>();
  for (const entry of entries) {
    if (onlyHere && !entry.here) continue;
    const fit = fitOf(entry, asked);
    if (!fit) continue;
    const list = found.get(entry.group) ?? [];
    list.push({ entry: { ...entry, hits: fit.hits }, score: fit.score });
    found.set(entry.group, list);
  }
  const groups = [...found].map(([group, list]) => {
    const sorted = asked.trim() ? best(list) : list;
    return { group, best: Math.floor(sorted[0]?.score ?? 0), entries: sorted.map(({ entry }) => entry) };
  });
  return groups
    .sort((a, b) => b.best - a.best || GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group))
    .map(({ group, entries: shown }) => [group, shown]);
}

interface Scored {
  entry: Shown;
  score: number;
}

function best(list: Scored[]): Scored[] {
  const sorted = list.sort((a, b) => b.score - a.score);
  const named = sorted.filter(({ entry }) => entry.hits.length > 0);
  const byWords = sorted.filter(({ entry }) => entry.hits.length === 0);
  return [...named.slice(0, MOST), ...byWords.slice(0, Math.min(MOST_BY_WORDS, Math.max(0, MOST - named.length)))];
}

function fitOf(entry: Entry, asked: string) {
  if (!asked.trim()) return entry.first ? { score: 0, hits: [] } : null;
  const own = match(asked, entry.title);
  if (own) return own;
  const other = entry.words ? match(asked, `${entry.title} ${entry.words}`) : null;
  // What its other words found is no letter of the title.
  return other && { score: other.score - 0.5, hits: other.hits.filter((at) => at < entry.title.length) };
}
