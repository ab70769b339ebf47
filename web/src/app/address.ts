/** Addresses without a library: the path is the page. */
import { useSyncExternalStore } from "react";

const CHANGED = "studio:address";

export function go(to: string): void {
  history.pushState(null, "", to);
  dispatchEvent(new Event(CHANGED));
  document.getElementById("main")?.scrollTo(0, 0);
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

/** The heading that an address leads to, without its sign. */
export function useHash(): string {
  return useSyncExternalStore(listen, () => decodeURIComponent(location.hash.slice(1)));
}

/** The path with what follows it. */
export function useAddress(): string {
  return useSyncExternalStore(listen, () => location.pathname + location.search);
}
