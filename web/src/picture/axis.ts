/** What part of time and frequency is shown, and where in it things lie. */

export type Scale = "log" | "linear";

export interface Range {
  lowHz: number;
  highHz: number;
}

export interface Viewport extends Range {
  /** of time, across */
  seconds: number;
  /** how long ago the right edge was heard */
  ago: number;
  scale: Scale;
}

export const FULL: Range = { lowHz: 40, highHz: 8000 };
export const SECONDS = 8;
/** of what was heard, kept */
export const MOST_SECONDS = 30;
const LEAST_SECONDS = 0.5;
/** from the lowest to the highest that is shown, at least */
const LEAST_RATIO = 2 ** (1 / 3);

export function fullView(range: Range, scale: Scale): Viewport {
  return { ...range, seconds: SECONDS, ago: 0, scale };
}

/** Height 0..1 of a frequency. */
export function heightOf(hz: number, { lowHz, highHz, scale }: Pick<Viewport, "lowHz" | "highHz" | "scale">): number {
  if (scale === "linear") return (hz - lowHz) / (highHz - lowHz);
  return Math.log(hz / lowHz) / Math.log(highHz / lowHz);
}

/** Frequency at a height 0..1. */
export function hzAt(height: number, { lowHz, highHz, scale }: Pick<Viewport, "lowHz" | "highHz" | "scale">): number {
  if (scale === "linear") return lowHz + height * (highHz - lowHz);
  return lowHz * (highHz / lowHz) ** height;
}

/** @param x 0..1 from the left. @returns how long ago. */
export function agoAt(x: number, { seconds, ago }: Pick<Viewport, "seconds" | "ago">): number {
  return ago + (1 - x) * seconds;
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/**
 * Time grows or shrinks around a point of the picture; around now while the right edge is now.
 *
 * @param factor of the seconds shown; below 1 zooms in.
 */
export function zoomTime(view: Viewport, factor: number, x: number, still: boolean): Viewport {
  const seconds = clamp(view.seconds * factor, LEAST_SECONDS, MOST_SECONDS);
  const anchor = still || view.ago > 0 ? x : 1;
  const ago = agoAt(anchor, view) - (1 - anchor) * seconds;
  return { ...view, seconds, ago: clamp(ago, 0, MOST_SECONDS - seconds) };
}

/** Frequency around a height; @param factor below 1 zooms in. */
export function zoomHz(view: Viewport, full: Range, factor: number, height: number): Viewport {
  const [low, high] = travel(view, full);
  const least = view.scale === "log" ? Math.log(LEAST_RATIO) / Math.log(full.highHz / full.lowHz) : 0.02;
  const span = clamp((high - low) * factor, least, 1);
  const anchor = low + height * (high - low);
  return within(view, full, anchor - height * span, span);
}

/** @param x and @param y share of the picture that it is dragged by, to the right and up. */
export function pan(view: Viewport, full: Range, x: number, y: number): Viewport {
  const [low, high] = travel(view, full);
  const ago = clamp(view.ago + x * view.seconds, 0, MOST_SECONDS - view.seconds);
  return { ...within(view, full, low - y * (high - low), high - low), ago };
}

export function isZoomed(view: Viewport, full: Range): boolean {
  return view.ago > 0 || view.lowHz > full.lowHz * 1.001 || view.highHz < full.highHz * 0.999;
}

/** Low and high edge as heights of the full range. */
function travel(view: Viewport, full: Range): [number, number] {
  const whole = { ...full, scale: view.scale };
  return [heightOf(view.lowHz, whole), heightOf(view.highHz, whole)];
}

function within(view: Viewport, full: Range, low: number, span: number): Viewport {
  const whole = { ...full, scale: view.scale };
  const from = clamp(low, 0, 1 - span);
  return { ...view, lowHz: hzAt(from, whole), highHz: hzAt(from + span, whole) };
}

/** Another instrument reaches higher or less high: what showed all shows all. */
export function refit(view: Viewport, before: Range, full: Range): Viewport {
  if (!isZoomed({ ...view, ago: 0 }, before)) return { ...view, ...full };
  const highHz = Math.min(view.highHz, full.highHz);
  return { ...view, lowHz: Math.min(view.lowHz, highHz / LEAST_RATIO), highHz };
}
