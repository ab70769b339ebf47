/** Finds what was meant by a few letters. */

export interface Match {
  /** higher is nearer: 3 a word's beginning, 2 within a word, 1 letters in their order; parts for small differences */
  score: number;
  /** positions of the matched letters */
  hits: number[];
}

const plain = (text: string) => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
const isBreak = (text: string, at: number) => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]!);

/** Each word of `asked` is found in `text`, in any order; null where one is not. */
export function match(asked: string, text: string): Match | null {
  const words = plain(asked).split(/\s+/).filter(Boolean);
  const there = plain(text);
  // A letter that falls apart in plain writing would shift the positions.
  const searched = there.length === text.length ? there : text.toLowerCase();
  let score = Infinity;
  const hits = new Set<number>();
  for (const word of words) {
    const found = matchWord(word, searched);
    if (!found) return null;
    score = Math.min(score, found.score);
    for (const hit of found.hits) hits.add(hit);
  }
  if (words.length === 0) return { score: 0, hits: [] };
  return { score: score - text.length / 1000, hits: [...hits].sort((a, b) => a - b) };
}

function matchWord(word: string, text: string): Match | null {
  let inside = -1;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (isBreak(text, at)) return { score: at === 0 ? 3.2 : 3, hits: span(at, word.length) };
    if (inside < 0) inside = at;
  }
  if (inside >= 0) return word.length > 1 ? { score: 2, hits: span(inside, word.length) } : null;
  return inOrder(word, text);
}

const span = (from: number, length: number) => Array.from({ length }, (_, k) => from + k);

/** Letters in their order, beginning with a word; nothing where they lie too far apart. */
function inOrder(word: string, text: string): Match | null {
  if (word.length < 3) return null;
  for (let start = text.indexOf(word[0]!); start >= 0; start = text.indexOf(word[0]!, start + 1)) {
    if (!isBreak(text, start)) continue;
    const hits = [start];
    for (const letter of word.slice(1)) {
      const next = text.indexOf(letter, hits.at(-1)! + 1);
      if (next < 0) return null;
      hits.push(next);
    }
    const spread = (hits.at(-1)! - start + 1) / word.length;
    if (spread <= 2) return { score: 1 + 1 / (10 * spread), hits };
  }
  return null;
}

/** `bright 40` as words and a value; null where no number stands at the end. */
export function withValue(asked: string): { words: string; value: string } | null {
  const found = /^(.*?\p{L}.*?)\s+([+\-−]?\d[\d.,]*\s*\S*)$/u.exec(asked.trim());
  return found ? { words: found[1]!, value: found[2]! } : null;
}
