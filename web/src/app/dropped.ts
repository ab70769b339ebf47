/** Files that are dropped on a page: sounds that carry no patch, for whoever has a use for them, and sets. */
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
