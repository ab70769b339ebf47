/** What part of the plane is shown, and how large. */
import type { LatentMap } from "../generated/api";
import { HEIGHT, WIDTH } from "./plane";
import type { Point } from "./triangles";

export interface Size {
  width: number;
  height: number;
}

/** Where the plane is seen: below what stands at the top. */
export interface Frame extends Size {
  top: number;
}

/** Screen = plane x scale + shift, in pixels. */
export interface View {
  scaleX: number;
  scaleY: number;
  x: number;
  y: number;
  /** 1: all of it */
  zoom: number;
}

const MOST_ZOOM = 6;
const MARGIN = 10;
/** a place's picture and name, as the server lays them out; and a heading */
const TILE = { width: 66, height: 60 };
const HEADING = { width: 100, height: 18 };
/** how much further one axis may be stretched than the other; more where a window is higher than wide, which has the room */
const STRETCH = { x: 1.3, y: 2.2 };

/** All places and headings, below what stands at the top. */
export function fitAll({ points, groups, scale }: LatentMap, { width, height, top }: Frame): View {
  const [halfX, halfY] = [(scale * TILE.width) / 2, (scale * TILE.height) / 2];
  const xs = points.map(({ x }) => x * WIDTH);
  const ys = points.map(({ y }) => y * HEIGHT);
  const left = Math.min(...xs.map((x) => x - halfX), ...groups.map(({ x }) => x * WIDTH));
  const right = Math.max(...xs.map((x) => x + halfX), ...groups.map(({ x }) => x * WIDTH + HEADING.width));
  const upper = Math.min(...ys.map((y) => y - halfY), ...groups.map(({ y }) => y * HEIGHT - HEADING.height / 2));
  const lower = Math.max(...ys.map((y) => y + halfY));
  const room = { width: width - 2 * MARGIN, height: height - top - MARGIN };
  const most = { x: room.width / (right - left), y: room.height / (lower - upper) };
  const even = Math.min(most.x, most.y);
  const scaleX = Math.min(most.x, even * STRETCH.x);
  const scaleY = Math.min(most.y, even * STRETCH.y);
  return {
    scaleX,
    scaleY,
    x: width / 2 - (scaleX * (left + right)) / 2,
    y: top + room.height / 2 - (scaleY * (upper + lower)) / 2,
    zoom: 1,
  };
}

export function toScreen(view: View, { x, y }: Point): Point {
  return { x: x * view.scaleX + view.x, y: y * view.scaleY + view.y };
}

export function toPlane(view: View, { x, y }: Point): Point {
  return { x: (x - view.x) / view.scaleX, y: (y - view.y) / view.scaleY };
}

/** Larger (above 1) or smaller, with the plane held where the pointer is. */
export function zoomAt(all: View, view: View, { x, y }: Point, factor: number, frame: Frame): View {
  const zoom = Math.min(MOST_ZOOM, Math.max(1, view.zoom * factor));
  const by = zoom / view.zoom;
  return kept(all, { zoom, scaleX: all.scaleX * zoom, scaleY: all.scaleY * zoom, x: x - (x - view.x) * by, y: y - (y - view.y) * by }, frame);
}

export function panBy(all: View, view: View, by: Point, frame: Frame): View {
  return kept(all, { ...view, x: view.x + by.x, y: view.y + by.y }, frame);
}

/** The part around a point, so large that pictures and names can be read. */
export function near(all: View, at: Point, zoom: number, frame: Frame): View {
  const middle = toScreen(all, at);
  const larger = zoomAt(all, all, middle, zoom, frame);
  const now = toScreen(larger, at);
  return panBy(all, larger, { x: frame.width / 2 - now.x, y: (frame.top + frame.height) / 2 - now.y }, frame);
}

/** The plane's rim is never pulled further in than it lies when all is shown. */
function kept(all: View, view: View, { width, height, top }: Frame): View {
  const { zoom } = view;
  const x = Math.min(all.x * zoom, Math.max(view.x, all.x * zoom + width * (1 - zoom)));
  const y = Math.min(all.y * zoom + top * (1 - zoom), Math.max(view.y, all.y * zoom + height * (1 - zoom)));
  return { ...view, x, y };
}

/** How large a place's picture is shown, 1 as it was laid out. */
export function tileScale(view: View, scale: number): number {
  return Math.min(1.6, Math.max(0.4, scale * Math.min(view.scaleX, view.scaleY)));
}
