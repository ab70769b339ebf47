/** What can move a control, by where it comes from. */
import type { ControlCard, InstrumentDetails } from "../generated/api";

export type SourceKind = "sound" | "face" | "midi";
export type Senses = InstrumentDetails["senses"];

/** The sensor that the page stands in for. */
const PARTS: Record<SourceKind, string> = { sound: "microphone", face: "face", midi: "midi" };

export function sourcesOf(kind: SourceKind, senses: Senses): ControlCard[] {
  return senses[PARTS[kind]] ?? [];
}

export function kindOfSource(source: string, senses: Senses): SourceKind {
  const kinds = Object.keys(PARTS) as SourceKind[];
  const found = kinds.find((kind) => sourcesOf(kind, senses).some(({ name }) => name === source));
  // Of MIDI's knobs only some are listed.
  return found ?? (/^cc\d+$/.test(source) ? "midi" : "sound");
}

/** Whether it swings to both sides of its rest. */
export function goesBothWays(source: string, senses: Senses): boolean {
  const range = Object.values(senses).flat().find(({ name }) => name === source);
  return range !== undefined && range.low < 0 && range.high > 0;
}
