import { useLayoutEffect, useState, type RefObject } from "react";
import type { LatentMap } from "../generated/api";
import { fitAll, near, panBy, toScreen, zoomAt, type Size, type View } from "./view";
import type { Point } from "./triangles";

/** Smaller than this, names cannot be read: what is around the player is shown first, no larger than that needs. */
const READABLE = 0.62;
const RIM = 48;

export interface Shown {
  size: Size;
  view: View;
  zoom: (at: Point, factor: number) => void;
  pan: (by: Point) => void;
  all: () => void;
  /** brings a point of the plane into sight */
  reveal: (at: Point) => void;
}

/**
 * What part of the map is seen; null until its size is known.
 *
 * @param topOf height of what stands above the places, in pixels, from the map's width.
 * @param around where to begin on a small screen, in pixels of the plane.
 */
export function useView(box: RefObject<HTMLElement | null>, map: LatentMap, topOf: (width: number) => number, around: Point): Shown | null {
  const [size, setSize] = useState<Size | null>(null);
  const [chosen, setChosen] = useState<{ of: Size; view: View } | null>(null);
  const [start] = useState(around);
  useLayoutEffect(() => {
    const element = box.current!;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  if (!size || size.width === 0) return null;
  const top = topOf(size.width);
  const frame = { ...size, top };
  const all = fitAll(map, frame);
  const even = map.scale * Math.min(all.scaleX, all.scaleY);
  const first = () => (even < READABLE ? near(all, start, READABLE / even, frame) : all);
  const same = chosen && chosen.of.width === size.width && chosen.of.height === size.height;
  // In a window of another size the zoom stays.
  const middle = { x: size.width / 2, y: size.height / 2 };
  const view = same ? chosen.view : chosen ? zoomAt(all, all, middle, chosen.view.zoom, frame) : first();
  const show = (next: View) => setChosen({ of: size, view: next });
  return {
    size,
    view,
    zoom: (at, factor) => show(zoomAt(all, view, at, factor, frame)),
    pan: (by) => show(panBy(all, view, by, frame)),
    all: () => show(all),
    reveal: (point) => {
      const at = toScreen(view, point);
      const x = Math.max(0, RIM - at.x) + Math.min(0, size.width - RIM - at.x);
      const y = Math.max(0, top + RIM - at.y) + Math.min(0, size.height - RIM - at.y);
      if (x !== 0 || y !== 0) show(panBy(all, view, { x, y }, frame));
    },
  };
}
