/** What a way of drawing gets to draw. */
import type { Look, Preview, View } from "./messages";
import type { Tape } from "./tape";

export interface Scene {
  tape: Tape;
  look: Look;
  /** the right edge, in columns */
  head: number;
  preview: Preview | null;
  /** of the preview, 0..1 */
  strength: number;
  /** in seconds of the preview */
  drift: number;
  soft: boolean;
}

export interface Painter {
  readonly views: readonly View[];
  /** whether the processor does the work of a graphics processor */
  readonly software: boolean;
  /** of the last drawing that is finished */
  readonly tookMs: number;
  /** whether the last drawing is not finished yet */
  busy(): boolean;
  paint(scene: Scene): void;
}

export type Canvas = OffscreenCanvas | HTMLCanvasElement;
