/** Sounds that are dropped on a page and carry no patch: for whoever has a use for them. */

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
