/** Addresses without a library: the path is the page. */
import { useSyncExternalStore } from "react";

const CHANGED = "studio:address";

export function go(to: string): void {
  history.pushState(null, "", to);
  dispatchEvent(new Event(CHANGED));
}

/** The address says something that was taken in, such as a shared patch. */
export function replaceAddress(to: string): void {
  history.replaceState(null, "", to);
  dispatchEvent(new Event(CHANGED));
}

function listen(changed: () => void): () => void {
  addEventListener("popstate", changed);
  addEventListener(CHANGED, changed);
  return () => {
    removeEventListener("popstate", changed);
    removeEventListener(CHANGED, changed);
  };
}

export function usePath(): string {
  return useSyncExternalStore(listen, () => location.pathname);
}

/** The heading that an address leads to, without its sign; a damaged address leads to none. */
export function headingOf(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return "";
  }
}

export function useHash(): string {
  return useSyncExternalStore(listen, () => headingOf(location.hash));
}

/** The path with what follows it. */
export function useAddress(): string {
  return useSyncExternalStore(listen, () => location.pathname + location.search);
}
