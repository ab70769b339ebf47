/** What is shown of an instrument's pictures, and how. */
import { create } from "zustand";
import type { DrawnFigures } from "./messages";

interface DrawnState {
  figures: DrawnFigures | null;
  frozen: boolean;
  /** why nothing is drawn; empty where it is */
  failed: string;
}

export const useDrawn = create<DrawnState>(() => ({ figures: null, frozen: false, failed: "" }));

export function toggleStill(): void {
  useDrawn.setState(({ frozen }) => ({ frozen: !frozen }));
}
