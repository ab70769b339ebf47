/** What is shown over the pages; one at a time. */
import { create } from "zustand";

export type Overlay = "palette" | "keys" | "tour" | "takes" | "render" | "stage" | null;

export const useOverlay = create<{ shown: Overlay }>(() => ({ shown: null }));

export function showOverlay(shown: Overlay): void {
  useOverlay.setState({ shown });
}

export function toggleOverlay(which: NonNullable<Overlay>): void {
  const { shown } = useOverlay.getState();
  useOverlay.setState({ shown: shown === which ? null : which });
}
