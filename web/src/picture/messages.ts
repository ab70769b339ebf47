/** Between the page and what draws, and from the sound to what draws. */
import type { Picture, PictureLayout } from "../generated/wire";
import type { Viewport } from "./axis";

export const VIEWS = ["scroll", "radial", "ridges"] as const;
export type View = (typeof VIEWS)[number];

/** How the picture is to look now. */
export interface Look {
  view: View;
  viewport: Viewport;
  /** RGBA of 256 levels */
  colours: Uint8Array;
  frozen: boolean;
  /** less motion: a few steps a second */
  calm: boolean;
}

/** Grey levels of a picture that is shown before anything was heard. */
export interface Preview {
  /** [width, height]: columns, oldest first, each from the lowest frequency up */
  levels: Uint8Array;
  width: number;
  height: number;
  seconds: number;
  lowHz: number;
  highHz: number;
}

/** Straight from the worker that hears. */
export type Feed =
  | { kind: "layout"; layout: PictureLayout }
  /** `heard`: number of the frame that is played now */
  | { kind: "columns"; picture: Picture; heard: number };

export type ToPicture =
  | { kind: "canvas"; canvas: OffscreenCanvas }
  | { kind: "feed"; port: MessagePort }
  /** show what another window plays */
  | { kind: "watch" }
  /** in the screen's own pixels */
  | { kind: "size"; width: number; height: number }
  | { kind: "look"; look: Look }
  | { kind: "preview"; preview: Preview | null }
  /** 0..1 from the left and from the bottom */
  | { kind: "pointer"; at: { x: number; y: number } | null };

/** Of the drawing thread's own work since the last word, in milliseconds a frame. */
export interface Figures {
  frames: number;
  mean: number;
  p95: number;
  scale: number;
  webgl: boolean;
}

/** What a projector may show in its corner. */
export interface Status {
  playing: boolean;
  bpm: number;
  levelDb: number;
}

export type FromPicture =
  | { kind: "able"; views: View[] }
  | { kind: "range"; lowHz: number; highHz: number; rangeDb: number }
  /** the first columns are there */
  | { kind: "live" }
  /** dB under the pointer */
  | { kind: "under"; db: number | null }
  | { kind: "told"; loudest: { hz: number; db: number } | null; figures: Figures }
  | { kind: "status"; status: Status };
