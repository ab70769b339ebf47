/** A search as it is drawn: batches of sounds of the same parents, and the way that led to them. */
import type { SearchSound } from "../generated/api";

/** Its parents, as text; "" for the beginnings. */
export type BatchKey = string;

export function keyOf(parents: number[]): BatchKey {
  return parents.join(",");
}

/** Numbers of the parents of a batch. */
export function parentsOf(key: BatchKey): number[] {
  return key === "" ? [] : key.split(",").map(Number);
}

export function batch(sounds: SearchSound[], key: BatchKey): SearchSound[] {
  return sounds.filter(({ parents }) => keyOf(parents) === key);
}

/** From the beginnings to a batch, by first parents. A key that leads nowhere is the beginnings. */
export function wayTo(sounds: SearchSound[], key: BatchKey): BatchKey[] {
  const way = [key];
  while (way[0] !== "") {
    const parent = sounds[parentsOf(way[0]!)[0] ?? -1];
    if (!parent) return [""];
    way.unshift(keyOf(parent.parents));
  }
  return way;
}

export function batchName(key: BatchKey): string {
  const parents = parentsOf(key);
  if (parents.length === 0) return "Beginnings";
  if (parents.length === 1) return `From ${parents[0]}`;
  return `From ${parents.slice(0, 3).join(" + ")}${parents.length > 3 ? " …" : ""}`;
}

/** The sound at a place, the latest one where there are several. */
export function soundAt(sounds: SearchSound[], w: number[] | null | undefined): SearchSound | null {
  if (!w) return null;
  for (let k = sounds.length - 1; k >= 0; k--) {
    const own = sounds[k]!.place.w;
    if (own?.length === w.length && own.every((value, n) => Math.abs(value - w[n]!) < 2e-6)) return sounds[k]!;
  }
  return null;
}
