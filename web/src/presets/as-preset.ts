import type { NewPreset, Preset } from "../generated/api";
import type { PlayState } from "../play/store";

type Named = Pick<Preset, "name" | "tags" | "line" | "phrase">;

/** What is heard now under a name: a sound, or two and what lies between them. Null: nothing is open. */
export function asPreset({ patch, sides, morph }: Pick<PlayState, "patch" | "sides" | "morph">, named: Named): NewPreset | null {
  if (!patch) return null;
  const { name, tags, line, phrase } = named;
  const between = sides.b !== null && morph > 0 && morph < 1;
  return {
    name,
    tags,
    line,
    phrase,
    patch: between ? (sides.a ?? patch) : patch,
    other: between ? sides.b : null,
    morph: between ? morph : 0,
  };
}
