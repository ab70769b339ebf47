/** Between the page and the worker that looks at frames. */
import type { Measures } from "./measures";
import type { Neutral } from "./neutral";
import type { FaceControls } from "./sensor";

/** What is found in one frame: lines and numbers, nothing of its picture. */
export interface Seen {
  kind: "seen";
  controls: FaceControls;
  present: boolean;
  milliseconds: number;
  /** `[468, 3]` x, y, z in pixels of the frame; null without a face */
  points: Float32Array | null;
  measures: Measures | null;
  /** of the frame, in pixels */
  width: number;
  height: number;
  /** how sure it is that this is a face, 0..1 */
  score: number;
}

export type ToFace =
  | { kind: "begin"; neutral: Neutral | null }
  | { kind: "frame"; frame: ImageBitmap; seconds: number }
  /** pixels as they are, such as a test's */
  | { kind: "pixels"; width: number; height: number; data: Uint8ClampedArray; seconds: number }
  /** what is rest, and how far the face goes, from now on */
  | { kind: "neutral"; neutral: Neutral };

export type FromFace =
  | { kind: "ready" }
  | { kind: "failed"; why: string }
  | Seen;
