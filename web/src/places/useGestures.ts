import { useEffect, useRef, type PointerEvent, type RefObject } from "react";
import type { Point } from "./triangles";
import type { Shown } from "./useView";

interface Told {
  /** the ring is taken, or flies to the pointer */
  onTake: () => void;
  onMove: (at: Point) => void;
  onLet: () => void;
}

const DRAG_PX = 4;
const WHEEL = 0.0016;
const MIDDLE = 1;

/** Pointers on the map: the ring is dragged, the plane is panned and zoomed. In pixels of the box. */
export function useGestures(box: RefObject<HTMLElement | null>, shown: Shown | null, told: Told) {
  const pointers = useRef(new Map<number, Point>());
  const doing = useRef<"ring" | "pan" | "pinch" | "pressed" | null>(null);
  const latest = useRef({ shown, told });
  useEffect(() => {
    latest.current = { shown, told };
  });
  useEffect(() => {
    const element = box.current!;
    const wheel = (event: WheelEvent) => {
      if ((event.target as Element).closest("[data-scrolls]")) return;
      event.preventDefault();
      const rim = element.getBoundingClientRect();
      const at = { x: event.clientX - rim.left, y: event.clientY - rim.top };
      latest.current.shown?.zoom(at, Math.exp(-event.deltaY * WHEEL * (event.deltaMode === 1 ? 16 : 1)));
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, [box]);

  const at = (event: PointerEvent): Point => {
    const rim = box.current!.getBoundingClientRect();
    return { x: event.clientX - rim.left, y: event.clientY - rim.top };
  };
  const begin = (what: "ring" | "pan", event: PointerEvent) => {
    doing.current = what;
    event.currentTarget.setPointerCapture(event.pointerId);
    if (what === "ring") told.onTake();
  };
  const end = () => {
    if (doing.current === "ring") told.onLet();
    doing.current = null;
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (!shown || (event.target as Element).closest("[data-own-pointer]")) return;
      pointers.current.set(event.pointerId, at(event));
      if (pointers.current.size === 2) {
        end();
        doing.current = "pinch";
      } else if (event.button === MIDDLE) {
        event.preventDefault();
        begin("pan", event);
      } else if (event.button === 0) {
        if ((event.target as Element).closest("[role=slider]")) begin("ring", event);
        else doing.current = "pressed";
      }
    },
    onPointerMove: (event: PointerEvent) => {
      const before = pointers.current.get(event.pointerId);
      if (!before || !shown) return;
      const now = at(event);
      if (doing.current === "pressed") {
        if (Math.hypot(now.x - before.x, now.y - before.y) < DRAG_PX) return;
        begin(shown.view.zoom > 1 ? "pan" : "ring", event);
      }
      pointers.current.set(event.pointerId, now);
      if (doing.current === "ring") told.onMove(now);
      else if (doing.current === "pan") shown.pan({ x: now.x - before.x, y: now.y - before.y });
      else if (doing.current === "pinch") {
        const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
        if (!other) return;
        const apart = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
        shown.zoom({ x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }, apart(now) / apart(before));
      }
    },
    onPointerUp: (event: PointerEvent) => {
      pointers.current.delete(event.pointerId);
      end();
    },
    onPointerCancel: (event: PointerEvent) => {
      pointers.current.delete(event.pointerId);
      end();
    },
  };
}
