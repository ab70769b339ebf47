/** How the picture looks in this window, and what it says about itself. */
import { create } from "zustand";
import { isDark } from "../kit/useDark";
import { FULL, fullView, refit, type Range, type Scale, type Viewport } from "./axis";
import type { Figures, Status, View } from "./messages";
import { VIEWS } from "./messages";
import { PALETTES, type Palette } from "./palette";

export interface PictureState {
  view: View;
  /** what this browser can draw */
  views: readonly View[];
  /** null: as the theme is */
  palette: Palette | null;
  frozen: boolean;
  viewport: Viewport;
  /** of the instrument that is heard */
  full: Range;
  rangeDb: number;
  /** whether anything was heard in this window */
  live: boolean;
  /** 0..1 from the left and from the bottom */
  pointer: { x: number; y: number } | null;
  underDb: number | null;
  loudest: { hz: number; db: number } | null;
  figures: Figures | null;
  /** of what plays in another window */
  status: Status | null;
}

/** A projector's window remembers for itself. */
const KEPT = location.pathname === "/screen" ? "screen" : "picture";

function remembered<T extends string>(what: string, known: readonly T[]): T | null {
  const found = localStorage.getItem(`${KEPT}/${what}`);
  return known.find((one) => one === found) ?? null;
}

function keep(what: string, value: string): void {
  localStorage.setItem(`${KEPT}/${what}`, value);
}

export const usePicture = create<PictureState>(() => ({
  view: remembered("view", VIEWS) ?? "scroll",
  views: VIEWS,
  palette: remembered("palette", PALETTES) ?? (KEPT === "screen" ? "ember" : null),
  frozen: false,
  viewport: fullView(FULL, remembered<Scale>("scale", ["log", "linear"]) ?? "log"),
  full: FULL,
  rangeDb: 80,
  live: false,
  pointer: null,
  underDb: null,
  loudest: null,
  figures: null,
  status: null,
}));

const { getState: get, setState: set } = usePicture;

export function paletteNow({ palette }: Pick<PictureState, "palette">): Palette {
  return palette ?? (isDark() ? "ember" : "paper");
}

export function toggleFreeze(): void {
  set(({ frozen, viewport }) => ({ frozen: !frozen, viewport: frozen ? { ...viewport, ago: 0 } : viewport }));
}

export function setView(view: View): void {
  keep("view", view);
  set({ view });
}

export function nextView(): void {
  const { view, views } = get();
  setView(views[(views.indexOf(view) + 1) % views.length]!);
}

export function setPalette(palette: Palette): void {
  keep("palette", palette);
  set({ palette });
}

export function nextPalette(): void {
  setPalette(PALETTES[(PALETTES.indexOf(paletteNow(get())) + 1) % PALETTES.length]!);
}

export function setScale(scale: Scale): void {
  keep("scale", scale);
  set(({ viewport, full }) => ({ viewport: { ...viewport, ...full, scale } }));
}

export function changeViewport(change: (viewport: Viewport, full: Range) => Viewport): void {
  set(({ viewport, full }) => ({ viewport: change(viewport, full) }));
}

export function resetViewport(): void {
  set(({ viewport, full }) => ({ viewport: fullView(full, viewport.scale) }));
}

export function setFull(full: Range): void {
  set(({ viewport, full: before }) => ({ full, viewport: refit(viewport, before, full) }));
}
