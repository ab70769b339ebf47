/** What moves a control: lines of the instrument's own, and those that the player chose. */
import type { InstrumentDetails, MapEntry } from "../generated/api";
import type { Movement } from "../generated/wire";

/** By control; null: nothing moves it. */
export type Lines = Record<string, MapEntry | null>;

/** The player's lines are beside the instrument's own, or in their place. */
export function linesInForce(own: Lines, chosen: Lines): Record<string, MapEntry> {
  const found: Record<string, MapEntry> = {};
  for (const [name, line] of Object.entries({ ...own, ...chosen })) if (line) found[name] = line;
  return found;
}

/** Names of all that is sensed and moves something. */
export function sourcesIn(lines: Record<string, MapEntry>, moves: Record<string, Movement> = {}): Set<string> {
  const moving = Object.values(moves).flatMap((move) => (move.kind === "source" ? [move.source] : []));
  return new Set([...Object.values(lines).flatMap((line) => line.from), ...moving]);
}

/** The line that moves a control by something else; a performer's own signal is no such line. */
export function moverOf(name: string, lines: Record<string, MapEntry>): MapEntry | null {
  const line = lines[name];
  return line && !(line.from.length === 1 && line.from[0] === name) ? line : null;
}

/** The player's lines with another one for a control; null for none, which may be one of the instrument's own. */
export function withLine(own: Lines, chosen: Lines, name: string, line: MapEntry | null): Lines {
  const rest = { ...chosen };
  delete rest[name];
  return line || own[name] ? { ...rest, [name]: line } : rest;
}

/** Whether a face moves anything of it, or is listened to. */
export function isPerformed(details: Pick<InstrumentDetails, "controls" | "map" | "senses">, chosen: Lines): boolean {
  return details.controls.some(({ group }) => group === "sensed") || movedByFace(details, { map: chosen, moves: {} });
}

/** Whether anything of it is moved by what a face gives. */
export function movedByFace(
  details: Pick<InstrumentDetails, "map" | "senses">,
  patch: { map: Lines; moves: Record<string, Movement> },
): boolean {
  const sources = sourcesIn(linesInForce(details.map, patch.map), patch.moves);
  return (details.senses["face"] ?? []).some(({ name }) => sources.has(name));
}

/** A controller's source as the server calls it. */
export const knobSource = (number: number): string => `cc${number}`;

/** Controllers to choose from: the modulation wheel, and those that move something. */
export function knobsOffered(used: Set<string>): string[] {
  const knobs = new Set(["cc1", ...[...used].filter((name) => /^cc\d+$/.test(name))]);
  return [...knobs].sort((a, b) => Number(a.slice(2)) - Number(b.slice(2)));
}
