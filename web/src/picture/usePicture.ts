/** How the picture is looked at. */
import { create } from "zustand";

export const VIEWS = ["scroll", "radial", "ridges"] as const;
export const PALETTES = ["ember", "paper", "ice", "grey"] as const;

interface PictureLook {
  frozen: boolean;
  view: (typeof VIEWS)[number];
  palette: (typeof PALETTES)[number];
}

export const usePicture = create<PictureLook>(() => ({ frozen: false, view: "scroll", palette: "ember" }));

export function toggleFreeze(): void {
  usePicture.setState(({ frozen }) => ({ frozen: !frozen }));
}

export function nextView(): void {
  usePicture.setState(({ view }) => ({ view: VIEWS[(VIEWS.indexOf(view) + 1) % VIEWS.length]! }));
}

export function nextPalette(): void {
  usePicture.setState(({ palette }) => ({ palette: PALETTES[(PALETTES.indexOf(palette) + 1) % PALETTES.length]! }));
}
