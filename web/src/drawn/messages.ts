/** Between the page and what draws an instrument's pictures, and from the sound to what draws. */
import type { Drawn, DrawnLayout, Placed } from "../generated/wire";

/** Straight from the worker that hears. */
export type DrawnFeed =
  /** null: what plays now makes no pictures */
  | { kind: "drawn-layout"; layout: DrawnLayout | null }
  /** `heard`: number of the frame that is played now */
  | { kind: "drawn"; picture: Placed | Drawn; heard: number };

export type ToDrawn =
  | { kind: "canvas"; canvas: OffscreenCanvas }
  | { kind: "feed"; port: MessagePort }
  /** show what another window plays */
  | { kind: "watch" }
  /** in the screen's own pixels */
  | { kind: "size"; width: number; height: number }
  | { kind: "freeze"; on: boolean }
  /** a picture of what is shown, as PNG */
  | { kind: "snapshot" };

/** Once a second. */
export interface DrawnFigures {
  width: number;
  height: number;
  /** pictures drawn in the last second */
  fps: number;
  /** pictures so far */
  count: number;
}

export type FromDrawn =
  | { kind: "figures"; figures: DrawnFigures }
  /** one line for the player */
  | { kind: "failed"; text: string }
  | { kind: "snapshot"; picture: Blob };
