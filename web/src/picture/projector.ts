/** How the projector's window looks: kept in this browser, changed there by keys and here by the settings. */
import { useSyncExternalStore } from "react";
import { VIEWS, type View } from "./messages";
import { PALETTES, type Palette } from "./palette";

export interface ProjectorLook {
  view: View;
  palette: Palette;
  /** tempo and level in a corner */
  corner: boolean;
}

/** As `usePicture` of that window keeps them. */
const KEPT = "screen/";
const HIDDEN = "hidden";
const CHANGED = "studio:projector";

function read(): ProjectorLook {
  const of = (what: string) => localStorage.getItem(KEPT + what);
  return {
    view: VIEWS.find((one) => one === of("view")) ?? "scroll",
    palette: PALETTES.find((one) => one === of("palette")) ?? "ember",
    corner: of("corner") !== HIDDEN,
  };
}

let last = read();

/** The same value as long as nothing changed. */
export function projectorLook(): ProjectorLook {
  const now = read();
  if (now.view !== last.view || now.palette !== last.palette || now.corner !== last.corner) last = now;
  return last;
}

export function changeProjector({ view, palette, corner }: Partial<ProjectorLook>): void {
  if (view) localStorage.setItem(`${KEPT}view`, view);
  if (palette) localStorage.setItem(`${KEPT}palette`, palette);
  if (corner !== undefined) localStorage.setItem(`${KEPT}corner`, corner ? "shown" : HIDDEN);
  dispatchEvent(new Event(CHANGED));
}

/** Told of changes in this window and in others. */
export function watchProjector(changed: () => void): () => void {
  addEventListener("storage", changed);
  addEventListener(CHANGED, changed);
  return () => {
    removeEventListener("storage", changed);
    removeEventListener(CHANGED, changed);
  };
}

export function useProjectorLook(): ProjectorLook {
  return useSyncExternalStore(watchProjector, projectorLook);
}
