/** Wheel, drag, pinch and double-click upon the picture. */
import { pan, zoomHz, zoomTime, isZoomed } from "./axis";
import { changeViewport, resetViewport, usePicture } from "./usePicture";

/** of the wheel, for twice as much */
const WHEEL_PIXELS = 400;

function place(event: { clientX: number; clientY: number }, box: HTMLElement): { x: number; y: number } {
  const { left, top, width, height } = box.getBoundingClientRect();
  return { x: (event.clientX - left) / width, y: 1 - (event.clientY - top) / height };
}

/** @returns how to let go. */
export function listenToGestures(box: HTMLElement): () => void {
  const fingers = new Map<number, { x: number; y: number }>();
  const end = new AbortController();
  const options = { signal: end.signal };

  const zoomBoth = (timeFactor: number, hzFactor: number, at: { x: number; y: number }) => {
    const { frozen } = usePicture.getState();
    changeViewport((view, full) => zoomHz(zoomTime(view, timeFactor, at.x, frozen), full, hzFactor, at.y));
  };

  box.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const pixels = (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 32 : 1) * (event.deltaY || event.deltaX);
      const factor = 2 ** (pixels / WHEEL_PIXELS);
      // A pinch on a touchpad comes as a wheel with Ctrl.
      zoomBoth(event.ctrlKey ? 1 : factor, event.ctrlKey ? factor : 1, place(event, box));
    },
    { ...options, passive: false },
  );

  box.addEventListener("pointerdown", (event) => {
    if (event.target !== box && !(event.target instanceof HTMLCanvasElement)) return;
    fingers.set(event.pointerId, place(event, box));
    box.setPointerCapture(event.pointerId);
  }, options);

  box.addEventListener("pointermove", (event) => {
    const at = place(event, box);
    usePicture.setState({ pointer: event.pointerType === "touch" && fingers.size === 0 ? null : at });
    const before = fingers.get(event.pointerId);
    if (!before) return;
    if (fingers.size === 1) drag(at.x - before.x, at.y - before.y);
    if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)![1];
      zoomBoth(ratio(before.x, at.x, other.x), ratio(before.y, at.y, other.y), other);
    }
    fingers.set(event.pointerId, at);
  }, options);

  const lift = (event: PointerEvent) => {
    fingers.delete(event.pointerId);
    if (event.pointerType === "touch") usePicture.setState({ pointer: null });
  };
  box.addEventListener("pointerup", lift, options);
  box.addEventListener("pointercancel", lift, options);
  box.addEventListener("pointerleave", () => usePicture.setState({ pointer: null, underDb: null }), options);
  box.addEventListener("dblclick", (event) => {
    if (event.target === box || event.target instanceof HTMLCanvasElement) resetViewport();
  }, options);
  return () => end.abort();
}

function drag(x: number, y: number): void {
  const { frozen, viewport, full } = usePicture.getState();
  if (frozen || isZoomed(viewport, full)) changeViewport((view, all) => pan(view, all, x, y));
}

/** Fingers that are close along one axis zoom only along the other. */
function ratio(before: number, after: number, other: number): number {
  const [was, is] = [Math.abs(before - other), Math.abs(after - other)];
  return was > 0.08 && is > 0.04 ? was / is : 1;
}
