/** Files that are dropped on a page: sounds that carry no patch, for whoever has a use for them, sets and models. */
import { create } from "zustand";
import { showOverlay } from "./overlay";

let taker: ((file: File) => void) | null = null;
let takesVideos = false;

/** Until what it gives back is called.
 * @param videos whether it has a use for the sound of videos, too. */
export function takeSounds(take: (file: File) => void, videos = false): () => void {
  taker = take;
  takesVideos = videos;
  return () => {
    if (taker === take) taker = null;
  };
}

/** @returns whether somebody took it. */
export function giveVideo(file: File): boolean {
  return takesVideos && giveSound(file);
}

/** @returns whether somebody took it. */
export function giveSound(file: File): boolean {
  taker?.(file);
  return taker !== null;
}

/** The set that was dropped last, until it is opened or let go; `turn` tells one from the next. */
export const useDroppedSet = create<{ file: File | null; turn: number }>(() => ({ file: null, turn: 0 }));

export function dropSet(file: File | null): void {
  useDroppedSet.setState(({ turn }) => ({ file, turn: turn + 1 }));
}

/** Shows what is in it; without a file one is asked for. */
export function giveSet(file: File | null): void {
  dropSet(file);
  showOverlay("set");
}

let importer: ((file: File) => void) | null = null;
let model: File | null = null;

/** From now on, and the one that waits; until what it gives back is called. */
export function takeModels(take: (file: File) => void): () => void {
  importer = take;
  if (model) take(model);
  model = null;
  return () => {
    if (importer === take) importer = null;
  };
}

/** It waits until somebody takes models. */
export function giveModel(file: File): void {
  if (importer) importer(file);
  else model = file;
}
