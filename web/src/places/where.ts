/** Where the player is on the map, and the way there. */
import { create } from "zustand";
import { beginGesture, endGesture, setPlace } from "../play/edit";
import { usePlay } from "../play/store";
import { inside, type Plane } from "./plane";
import type { Point } from "./triangles";

interface Where {
  bundle: string;
  /** in pixels of the plane; what is set may have come from elsewhere since */
  at: Point | null;
  /** of the latest move, from where it began */
  trail: Point[];
}

export const useWhere = create<Where>(() => ({ bundle: "", at: null, trail: [] }));

const { getState: get, setState: set } = useWhere;
const MOST_TRAIL = 120;
const APART = 4;
const GLIDE_MS = 300;

let gliding: { frame: number; to: Point } | null = null;

/** A move begins; undo leads back to here. */
export function beginMove(bundle: string, from: Point | null): void {
  stopGliding();
  beginGesture();
  set({ bundle, at: from, trail: from ? [from] : [] });
}

export function moveTo(plane: Plane, to: Point): void {
  const at = inside(to);
  const { trail } = get();
  const last = trail.at(-1);
  const far = !last || Math.hypot(at.x - last.x, at.y - last.y) > APART;
  set({ at, trail: far ? [...trail, at].slice(-MOST_TRAIL) : trail });
  setPlace({ w: null, weights: plane.blend(at) });
}

export function endMove(): void {
  endGesture();
}

/** Where it will be when it has come to rest. */
export function bound(): Point | null {
  return gliding?.to ?? get().at;
}

/** Goes there within a moment, through what lies between; at once where motion is reduced. */
export function glideTo(plane: Plane, bundle: string, from: Point | null, to: Point): void {
  beginMove(bundle, from);
  if (!from || document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches) {
    moveTo(plane, to);
    endMove();
    return;
  }
  const began = performance.now();
  const step = () => {
    // Another instrument has other places.
    if (usePlay.getState().details?.bundle !== bundle) {
      gliding = null;
      return;
    }
    const part = Math.min(1, (performance.now() - began) / GLIDE_MS);
    const eased = 1 - (1 - part) ** 3;
    moveTo(plane, part === 1 ? to : { x: from.x + eased * (to.x - from.x), y: from.y + eased * (to.y - from.y) });
    if (part < 1) {
      gliding = { frame: requestAnimationFrame(step), to };
    } else {
      gliding = null;
      endMove();
    }
  };
  gliding = { frame: requestAnimationFrame(step), to };
}

function stopGliding(): void {
  if (gliding) cancelAnimationFrame(gliding.frame);
  gliding = null;
}
