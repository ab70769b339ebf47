/** Between the page and the worker that looks at frames. */
import type { Neutral } from "./neutral";
import type { FaceControls } from "./sensor";

export type ToFace =
  | { kind: "begin"; neutral: Neutral | null }
  | { kind: "frame"; frame: ImageBitmap; seconds: number }
  /** pixels as they are, such as a test's */
  | { kind: "pixels"; width: number; height: number; data: Uint8ClampedArray; seconds: number }
  /** what is seen now is rest */
  | { kind: "rest" };

export type FromFace =
  | { kind: "ready" }
  | { kind: "failed"; why: string }
  | { kind: "seen"; controls: FaceControls; present: boolean; milliseconds: number }
  | { kind: "neutral"; neutral: Neutral };
