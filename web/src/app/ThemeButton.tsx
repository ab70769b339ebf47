import { useSyncExternalStore } from "react";
import { Icon } from "../kit/Icon";
import { changeSettings, useSettings } from "./settings";

const dark = matchMedia("(prefers-color-scheme: dark)");

function listen(changed: () => void) {
  dark.addEventListener("change", changed);
  return () => dark.removeEventListener("change", changed);
}

export function ThemeButton() {
  const system = useSyncExternalStore(listen, () => dark.matches);
  const theme = useSettings()?.theme ?? "system";
  const isDark = theme === "system" ? system : theme === "dark";
  return (
    <button
      type="button"
      className="quiet square theme"
      aria-label={isDark ? "Light theme" : "Dark theme"}
      title={isDark ? "Light theme" : "Dark theme"}
      onClick={() => void changeSettings({ theme: isDark ? "light" : "dark" })}
    >
      <Icon sign="sun" />
    </button>
  );
}
