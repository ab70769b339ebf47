/** What is asked for when a model is imported. */
import type { ImportJob, Requirement } from "../../generated/api";

const MOST_LETTERS = 60;

/** A name for the bundle, made of its file's. */
export function nameFor(file: string): string {
  const stem = file.replace(/\.[^.]*$/, "");
  return stem.replaceAll(/[^A-Za-z0-9_-]+/g, "-").replaceAll(/^-+|-+$/g, "").slice(0, MOST_LETTERS);
}

/** How the pictures are read as sound, where the form says that they are. */
export function codecOf(given: FormData): Partial<ImportJob> {
  if (!given.get("sound")) return {};
  const number = (name: string) => Number(given.get(name));
  return {
    sample_rate: number("sample_rate"),
    n_fft: number("n_fft"),
    hop: number("hop"),
    rows: given.get("rows") === "lowest-first" ? "lowest-first" : "highest-first",
    scale: given.get("scale") === "mel" ? "mel" : "linear",
  };
}

/** What is missing here to import a file of that name; null where nothing is, or nobody knows. */
export function lackedFor(file: string, imports: Requirement[]): Requirement | null {
  const name = file.toLowerCase();
  return imports.find(({ subject, ready }) => !ready && name.endsWith(subject)) ?? null;
}

const MOST_IGNORED = 8;

/** What of a file is not taken: the first names, and how many more. */
export function ignoredLine(ignored: string[]): string {
  const more = ignored.length - MOST_IGNORED;
  return ignored.slice(0, MOST_IGNORED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
