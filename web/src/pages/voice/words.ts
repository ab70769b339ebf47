/** Which parts of a prompt a model understood. */

export interface Part {
  text: string;
  kind: "plain" | "known" | "unknown";
}

const escape = (word: string) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A text in parts; longer phrases win over the words in them. */
export function markWords(text: string, understood: readonly string[], unknown: readonly string[]): Part[] {
  const kinds = new Map<string, Part["kind"]>();
  for (const word of understood) kinds.set(word.toLowerCase(), "known");
  for (const word of unknown) if (!kinds.has(word.toLowerCase())) kinds.set(word.toLowerCase(), "unknown");
  const words = [...kinds.keys()].filter(Boolean).sort((a, b) => b.length - a.length);
  if (words.length === 0) return text ? [{ text, kind: "plain" }] : [];
  const phrase = (word: string) => escape(word).replaceAll(/\s+/g, "\\s+");
  const one = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.map(phrase).join("|")})(?![\\p{L}\\p{N}])`, "giu");
  const parts: Part[] = [];
  let at = 0;
  for (const found of text.matchAll(one)) {
    if (found.index > at) parts.push({ text: text.slice(at, found.index), kind: "plain" });
    parts.push({ text: found[0], kind: kinds.get(found[0].toLowerCase().replaceAll(/\s+/g, " ")) ?? "plain" });
    at = found.index + found[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), kind: "plain" });
  return parts;
}

/** A prompt with one word more. */
export function withWord(prompt: string, word: string): string {
  const before = prompt.trim().replace(/,$/, "");
  return before ? `${before}, ${word}` : word;
}

/** A prompt with another word in place of one that says nothing to the model. */
export function replaceWord(prompt: string, word: string, other: string): string {
  return prompt.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escape(word)}(?![\\p{L}\\p{N}])`, "giu"), other);
}
