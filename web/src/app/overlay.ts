/** What is shown over the pages: one at a time, and the stage below it. */
import { create } from "zustand";

type Over = "palette" | "keys" | "tour" | "takes" | "render" | "set" | "share";
export type Overlay = Over | "stage" | null;

interface Shown {
  shown: Over | null;
  /** this window shows the picture and a few controls alone */
  stage: boolean;
}

export const useOverlay = create<Shown>(() => ({ shown: null, stage: false }));

/** had the focus when the stage was opened, which hides it */
let opener: Element | null = null;

function openStage(): void {
  opener = document.activeElement;
  useOverlay.setState({ shown: null, stage: true });
}

/** Whoever opened the stage goes on from there; from the page, where it was opened from a menu that is gone. */
export function focusOpener(): void {
  const next = opener?.isConnected && opener !== document.body ? opener : document.getElementById("page");
  if (next instanceof HTMLElement) next.focus();
}

export function showOverlay(shown: Overlay): void {
  if (shown === "stage") openStage();
  else useOverlay.setState({ shown });
}

export function leaveStage(): void {
  useOverlay.setState({ stage: false });
}

export function toggleOverlay(which: NonNullable<Overlay>): void {
  const { shown, stage } = useOverlay.getState();
  if (which === "stage" && stage) leaveStage();
  else if (which === "stage") openStage();
  else useOverlay.setState({ shown: shown === which ? null : which });
}
