/** What opening a set comes to, in words. */
import type { SetReport } from "../generated/api";

const counted = (count: number, one: string) => `${count} ${one}${count === 1 ? "" : "s"}`;

function listed(words: string[]): string {
  const last = words.at(-1) ?? "";
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${last}` : last;
}

/** `3 presets, 1 recipe and 1 model`; empty where nothing of it is new. */
export function brings({ presets, recipes, bundles }: Pick<SetReport, "presets" | "recipes" | "bundles">): string {
  const parts: [number, string][] = [
    [presets.length, "preset"],
    [recipes.length, "recipe"],
    [bundles.length, "model"],
  ];
  return listed(parts.flatMap(([count, word]) => (count > 0 ? [counted(count, word)] : [])));
}

/** Of one that replaces something: what is lost of the player's own. */
export function replacing(replaced: string[]): string {
  const shown = replaced.slice(0, 5).map((one) => one.replace(/^bundle /, "model "));
  const more = replaced.length - shown.length;
  return listed(more > 0 ? [...shown, `${more} more`] : shown);
}

/** A name for the file, as the server takes names. */
export function nameOf(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_-]+/g, "-").replaceAll(/^[-_]+|-+$/g, "").slice(0, 60);
}
