import { useEffect } from "react";

/** The whole screen while it is mounted; where the browser gives none the window has to do. */
export function useFullScreen(onLeft: () => void): void {
  useEffect(() => {
    let entered = false;
    const root = document.documentElement;
    root.requestFullscreen?.().then(
      () => {
        entered = true;
      },
      () => undefined,
    );
    const changed = () => {
      if (entered && !document.fullscreenElement) onLeft();
    };
    document.addEventListener("fullscreenchange", changed);
    return () => {
      document.removeEventListener("fullscreenchange", changed);
      if (document.fullscreenElement) void document.exitFullscreen();
    };
  }, [onLeft]);
}
