import { useEffect, useState } from "react";

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const LOOK_MS = 250;

/** Where an element is now, looked at a few times a second; null: not there. */
export function useBox(find: () => HTMLElement | null): Box | null {
  const [box, setBox] = useState<Box | null>(null);
  useEffect(() => {
    const look = () => {
      const found = find();
      if (!found) {
        setBox(null);
        return;
      }
      const { left, top, width, height } = found.getBoundingClientRect();
      setBox((before) =>
        before && before.left === left && before.top === top && before.width === width && before.height === height
          ? before
          : { left, top, width, height },
      );
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    addEventListener("resize", look);
    return () => {
      clearInterval(timer);
      removeEventListener("resize", look);
    };
  }, [find]);
  return box;
}

const GAP = 12;
const RIM = 8;

/** Where a small panel stands that belongs to a box: below it, above it, else within its lower end. */
export function beside(box: Box, width: number, height: number): { left: number; top: number } {
  const inside = (at: number, size: number, most: number) => Math.max(RIM, Math.min(at, most - size - RIM));
  const left = inside(box.left + box.width / 2 - width / 2, width, innerWidth);
  const below = box.top + box.height + GAP;
  const above = box.top - GAP - height;
  const fits = below + height <= innerHeight - RIM;
  const top = fits ? below : above >= RIM ? above : Math.min(box.top + box.height, innerHeight) - height - GAP;
  return { left, top: inside(top, height, innerHeight) };
}
