import { useSyncExternalStore } from "react";

const narrow = matchMedia("(max-width: 760px), (max-width: 1000px) and (max-height: 520px)");

function listen(changed: () => void) {
  narrow.addEventListener("change", changed);
  return () => narrow.removeEventListener("change", changed);
}

/** Whether the window is as narrow as a phone's, or is a phone's that is held sideways. */
export function useNarrow(): boolean {
  return useSyncExternalStore(listen, () => narrow.matches);
}
