import { useCallback, useEffect, useRef } from "react";

/**
 * A ref callback for what is turned by the wheel while the pointer is on it.
 *
 * @param turn gets 1 or -1 (down is 1), and whether Shift is held.
 */
export function useWheel(turn: (steps: number, fine: boolean) => void): (element: HTMLElement | null) => void {
  const latest = useRef(turn);
  useEffect(() => {
    latest.current = turn;
  });
  const off = useRef<(() => void) | null>(null);
  return useCallback((element: HTMLElement | null) => {
    off.current?.();
    off.current = null;
    if (!element) return;
    // React's own wheel listeners are passive: they cannot keep the panel from scrolling.
    const listen = (event: WheelEvent) => {
      if (event.ctrlKey) return;
      const focused = element.contains(document.activeElement);
      // A panel that is scrolled does not change what the pointer happens to pass.
      if (!focused && !(event.target instanceof Element && event.target.closest(".control-track"))) return;
      event.preventDefault();
      latest.current(Math.sign(event.deltaY || event.deltaX), event.shiftKey);
    };
    element.addEventListener("wheel", listen, { passive: false });
    off.current = () => element.removeEventListener("wheel", listen);
  }, []);
}
