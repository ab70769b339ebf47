/** As the server takes names of models and material. */
export const NAME_PATTERN = "[A-Za-z0-9_\\-]{1,60}";

/** Lines of `entry=value`; empty ones are left out. */
export function changesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => line.replace(/\s*=\s*/, "="));
}
