import { useEffect, useState } from "react";
import { createPortal } from "react-dom";

const WAIT_MS = 500;
const GAP = 8;

/** A tip stands where its target does: above an open dialog, and within the page's landmarks. */
const WITHIN = "dialog, [popover], main, header, footer, nav";

interface Tip {
  text: string;
  within: Element;
  x: number;
  y: number;
  above: boolean;
}

/** One sentence for what the pointer rests on or the keys have reached: its `data-tip`. */
export function Tips() {
  const [tip, setTip] = useState<Tip | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let at: Element | null = null;
    const hide = () => {
      clearTimeout(timer);
      at = null;
      setTip(null);
    };
    const show = (target: Element) => {
      const text = target.getAttribute("data-tip");
      const box = target.getBoundingClientRect();
      if (!text || box.width === 0) return;
      const above = box.bottom > innerHeight - 80;
      const within = target.closest(WITHIN) ?? document.body;
      setTip({ text, within, x: box.left + Math.min(box.width, 240) / 2, y: above ? box.top - GAP : box.bottom + GAP, above });
    };
    const enter = (event: Event) => {
      const target = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
      if (target === at) return;
      hide();
      at = target;
      if (target) timer = setTimeout(() => show(target), WAIT_MS);
    };
    const focus = (event: FocusEvent) => {
      if (event.target instanceof Element && event.target.matches(":focus-visible")) enter(event);
    };
    addEventListener("pointerover", enter);
    addEventListener("pointerdown", hide, true);
    addEventListener("keydown", hide, true);
    addEventListener("focusin", focus);
    return () => {
      clearTimeout(timer);
      removeEventListener("pointerover", enter);
      removeEventListener("pointerdown", hide, true);
      removeEventListener("keydown", hide, true);
      removeEventListener("focusin", focus);
    };
  }, []);
  if (!tip) return null;
  const left = Math.min(Math.max(tip.x, 130), innerWidth - 130);
  return createPortal(
    <div className={tip.above ? "tip above" : "tip"} role="tooltip" style={{ left, top: tip.y }}>
      {tip.text}
    </div>,
    tip.within,
  );
}
