/** What moves a control, as its badge and its veil show it. */
import type { ControlCard, MapEntry } from "../generated/api";
import type { Movement } from "../generated/wire";
import type { Badge } from "../kit/Control";
import { toTravel } from "../kit/travel";
import { controlTitle } from "../kit/words";
import { goesBothWays, kindOfSource, type Senses } from "./sources";

export interface Mover {
  badge: Badge;
  /** of the track, 0..1 */
  range: readonly [number, number];
}

interface Given {
  moves: Movement | undefined;
  lines: Record<string, MapEntry | null> | undefined;
  own: Record<string, MapEntry> | undefined;
  senses: Senses;
  /** nobody is before the camera */
  away?: boolean;
}

/** @param travel where the hand has set it, 0..1. */
export function moverOf(card: ControlCard, travel: number, { moves, lines, own, senses, away = false }: Given): Mover | null {
  if (moves) {
    const depth = moves.depth ?? 0;
    const span = Math.abs(depth);
    const oneSided = moves.kind === "source" && !goesBothWays(moves.source, senses);
    const low = travel - (oneSided && depth > 0 ? 0 : span);
    const high = travel + (oneSided && depth < 0 ? 0 : span);
    return { badge: badgeOf(moves, senses, away), range: [Math.max(0, low), Math.min(1, high)] };
  }
  const line = lines && card.name in lines ? lines[card.name] : own?.[card.name];
  if (!line || (line.from.length === 1 && line.from[0] === card.name)) return null;
  const ends = [toTravel(card, line.low ?? card.low), toTravel(card, line.high ?? card.high)].sort((a, b) => a - b);
  return { badge: sourceBadge(line.from[0] ?? "", senses, away), range: [ends[0]!, ends[1]!] };
}

function badgeOf(move: Movement, senses: Senses, away: boolean): Badge {
  if (move.kind === "source") return sourceBadge(move.source, senses, away);
  return { sign: move.kind === "lfo" ? "lfo" : "hand", text: lengthWords(move.beats ?? null, move.seconds ?? null) };
}

/** `2 bars`, `1 beat`, `3.2 s`. */
export function lengthWords(beats: number | null, seconds: number | null): string {
  if (beats === null) return `${(seconds ?? 0).toFixed(1)} s`;
  if (beats >= 4 && beats % 4 === 0) return beats === 4 ? "1 bar" : `${beats / 4} bars`;
  return beats === 1 ? "1 beat" : beats === 0.5 ? "½ beat" : beats === 0.25 ? "¼ beat" : `${beats} beats`;
}

function sourceBadge(source: string, senses: Senses, away: boolean): Badge {
  const text = controlTitle(source);
  const kind = kindOfSource(source, senses);
  if (kind === "midi") return { sign: "keys", text };
  if (kind === "sound") return { sign: "sound", text };
  return { sign: "face", text: away ? "No face" : text, gone: away };
}
