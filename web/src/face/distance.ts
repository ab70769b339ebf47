/** How a performer sits before the camera, in a word or two. */

export interface Sight {
  words: string;
  lamp: "" | "warn" | "bad";
}

/** Outer-eye distance over the picture's width: below or above, the mesh is less sure. */
const [FAR, NEAR] = [0.085, 0.34];
/** A landmark score below this is one of a face in the dark. */
const DIM = 0.8;

/** @param size outer-eye distance over the picture's width; score: how sure it is, 0..1. */
export function sightOf({ present, size, score }: { present: boolean; size: number; score: number }): Sight {
  if (!present) return { words: "No face is seen", lamp: "bad" };
  if (score < DIM) return { words: "Turn to the light", lamp: "warn" };
  if (size < FAR) return { words: "Come closer", lamp: "warn" };
  if (size > NEAR) return { words: "Move back", lamp: "warn" };
  return { words: "Good distance", lamp: "" };
}
