/** What is shown over the pages: one at a time, and the stage below it. */
import { create } from "zustand";

type Over = "palette" | "keys" | "tour" | "takes" | "render";
export type Overlay = Over | "stage" | null;

interface Shown {
  shown: Over | null;
  /** this window shows the picture and a few controls alone */
  stage: boolean;
}

export const useOverlay = create<Shown>(() => ({ shown: null, stage: false }));

export function showOverlay(shown: Overlay): void {
  useOverlay.setState(shown === "stage" ? { shown: null, stage: true } : { shown });
}

export function leaveStage(): void {
  useOverlay.setState({ stage: false });
}

export function toggleOverlay(which: NonNullable<Overlay>): void {
  const { shown, stage } = useOverlay.getState();
  if (which === "stage") useOverlay.setState({ shown: null, stage: !stage });
  else useOverlay.setState({ shown: shown === which ? null : which });
}
