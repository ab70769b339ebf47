import { useSyncExternalStore } from "react";

const narrow = matchMedia("(max-width: 760px)");

function listen(changed: () => void) {
  narrow.addEventListener("change", changed);
  return () => narrow.removeEventListener("change", changed);
}

/** Whether the window is as narrow as a phone's. */
export function useNarrow(): boolean {
  return useSyncExternalStore(listen, () => narrow.matches);
}
