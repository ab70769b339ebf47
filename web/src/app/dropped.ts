/** Sounds that are dropped on a page and carry no patch: for whoever has a use for them. */

let taker: ((file: File) => void) | null = null;

/** Until what it gives back is called. */
export function takeSounds(take: (file: File) => void): () => void {
  taker = take;
  return () => {
    if (taker === take) taker = null;
  };
}

/** @returns whether somebody took it. */
export function giveSound(file: File): boolean {
  taker?.(file);
  return taker !== null;
}
