import { useEffect, useRef, useState, type PointerEvent, type RefObject } from "react";
import type { Point } from "./triangles";
import type { Size } from "./view";

const WHEEL = 0.0016;
const DRAG_PX = 4;
const LEAST = 0.25;
const MOST = 2;

interface Shown {
  scale: number;
  x: number;
  y: number;
}

/**
 * A drawing that is larger than its box: zoomed at the pointer by the wheel, moved by a drag.
 *
 * @param there whether the box is on the page.
 */
export function useDrawing(box: RefObject<HTMLElement | null>, size: Size, there: boolean) {
  const [shown, setShown] = useState<Shown | null>(null);
  const [room, setRoom] = useState<Size | null>(null);
  const held = useRef<(Point & { moving: boolean }) | null>(null);
  const fitted = room ? fitting(size, room) : { scale: 1, x: 0, y: 0 };
  const now = shown ?? fitted;
  const latest = useRef(now);
  useEffect(() => {
    latest.current = now;
  });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setRoom({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const rim = element.getBoundingClientRect();
      const { scale, x, y } = latest.current;
      const next = Math.min(MOST, Math.max(LEAST, scale * Math.exp(-event.deltaY * WHEEL * (event.deltaMode === 1 ? 16 : 1))));
      const at = { x: event.clientX - rim.left, y: event.clientY - rim.top };
      setShown({ scale: next, x: at.x - ((at.x - x) * next) / scale, y: at.y - ((at.y - y) * next) / scale });
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener("wheel", wheel);
    };
  }, [box, there]);
  return {
    transform: `translate(${now.x}px, ${now.y}px) scale(${now.scale})`,
    fit: () => setShown(null),
    pointers: {
      onPointerDown: (event: PointerEvent) => {
        if (event.button < 2) held.current = { x: event.clientX, y: event.clientY, moving: false };
      },
      onPointerMove: (event: PointerEvent) => {
        const from = held.current;
        if (!from) return;
        const by = { x: event.clientX - from.x, y: event.clientY - from.y };
        if (!from.moving && Math.hypot(by.x, by.y) < DRAG_PX) return;
        if (!from.moving) event.currentTarget.setPointerCapture(event.pointerId);
        held.current = { x: event.clientX, y: event.clientY, moving: true };
        setShown({ ...now, x: now.x + by.x, y: now.y + by.y });
      },
      onPointerUp: () => {
        held.current = null;
      },
      onPointerCancel: () => {
        held.current = null;
      },
      // What the keys reach is brought into sight.
      onFocus: (event: { target: Element; currentTarget: Element }) => {
        const rim = event.currentTarget.getBoundingClientRect();
        const own = event.target.getBoundingClientRect();
        const x = Math.max(0, rim.left - own.left) + Math.min(0, rim.right - own.right);
        const y = Math.max(0, rim.top - own.top) + Math.min(0, rim.bottom - own.bottom);
        if (x !== 0 || y !== 0) setShown({ ...now, x: now.x + x, y: now.y + y });
      },
    },
  };
}

/** All of it, not larger than drawn; in the middle from top to bottom. */
function fitting(size: Size, room: Size): Shown {
  const scale = Math.min(1, Math.max(LEAST, Math.min(room.width / size.width, room.height / size.height)));
  return { scale, x: 0, y: Math.max(0, (room.height - size.height * scale) / 2) };
}
