/** What moves a preset from outside. */
import type { Preset } from "../generated/api";
import { kindOfSource, type Senses, type SourceKind } from "../move/sources";
import { linesInForce, sourcesIn } from "../play/map";

export const NEEDS: Record<SourceKind, string> = {
  face: "Moves with a face: camera or keys",
  midi: "Moves with a MIDI knob or keyboard",
  sound: "Moves with a sound: microphone or another tab",
};

/** Of the lines and movements that the preset itself has. */
export function needsOf({ patch }: Pick<Preset, "patch">, senses: Senses): SourceKind[] {
  const sources = [...sourcesIn(linesInForce({}, patch.map), patch.moves)];
  return [...new Set(sources.map((source) => kindOfSource(source, senses)))];
}

/** Tags to choose by: those that several have, the most frequent first. */
export function tagsOf(presets: readonly Pick<Preset, "tags">[], most: number): string[] {
  const counts = new Map<string, number>();
  for (const { tags } of presets) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > 1)
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .slice(0, most)
    .map(([tag]) => tag);
}
