import type { Settings } from "../generated/api";

type Theme = Settings["theme"];

/** As it was last time, before the server was asked: no flash of the other one. */
export function showTheme(theme?: Theme): void {
  if (theme) localStorage.setItem("theme", theme);
  const wanted = theme ?? localStorage.getItem("theme");
  const root = document.documentElement;
  if (wanted === "dark" || wanted === "light") root.dataset["theme"] = wanted;
  else delete root.dataset["theme"];
}
