import { useSyncExternalStore } from "react";

const LIGHT = "(prefers-color-scheme: light)";

/** Whether the page is dark now, by the settings or by the system. */
export function useDark(): boolean {
  return useSyncExternalStore(listen, isDark);
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset["theme"];
  return chosen ? chosen === "dark" : !matchMedia(LIGHT).matches;
}

function listen(changed: () => void): () => void {
  const chosen = new MutationObserver(changed);
  chosen.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const system = matchMedia(LIGHT);
  system.addEventListener("change", changed);
  return () => {
    chosen.disconnect();
    system.removeEventListener("change", changed);
  };
}
