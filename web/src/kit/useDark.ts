import { useSyncExternalStore } from "react";

const light = matchMedia("(prefers-color-scheme: light)");

/** Whether the dark theme is shown, chosen or the system's. */
export function isDark(): boolean {
  const theme = document.documentElement.dataset["theme"];
  return theme ? theme === "dark" : !light.matches;
}

function listen(changed: () => void): () => void {
  const root = new MutationObserver(changed);
  root.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  light.addEventListener("change", changed);
  return () => {
    root.disconnect();
    light.removeEventListener("change", changed);
  };
}

export function useDark(): boolean {
  return useSyncExternalStore(listen, isDark);
}
