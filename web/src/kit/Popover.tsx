import { useEffect, useLayoutEffect, useRef, type ReactNode } from "react";

interface Props {
  label: string;
  /** what it belongs to: it stands below it, or above where there is more room */
  at: HTMLElement;
  onClose: () => void;
  className?: string;
  children: ReactNode;
}

const GAP = 6;
const RIM = 8;
/** what has the focus when it opens: the content says it, or it is the first thing that can */
const FIRST = "[data-first], input:checked, button, input, [tabindex='0']";

/** A small panel over the page, by the browser's own popover: Escape or a press elsewhere closes it. */
export function Popover({ label, at, onClose, className = "", children }: Props) {
  const panel = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useLayoutEffect(() => {
    const shown = panel.current!;
    const place = () => {
      const box = at.getBoundingClientRect();
      const { offsetWidth: width, offsetHeight: height } = shown;
      const below = innerHeight - box.bottom - GAP - RIM;
      const top = height <= below || below > box.top ? box.bottom + GAP : box.top - GAP - height;
      const left = Math.min(Math.max(RIM, box.left), innerWidth - width - RIM);
      shown.style.top = `${Math.max(RIM, Math.min(top, innerHeight - height - RIM))}px`;
      shown.style.left = `${left}px`;
    };
    shown.showPopover();
    place();
    const size = new ResizeObserver(place);
    size.observe(shown);
    const toggled = (event: Event) => {
      if ((event as ToggleEvent).newState !== "closed") return;
      close.current();
      if (shown.contains(document.activeElement) || document.activeElement === document.body) at.focus();
    };
    shown.addEventListener("toggle", toggled);
    addEventListener("resize", place);
    const takeFocus = () => {
      const first = shown.querySelector<HTMLElement>(FIRST);
      first?.focus();
      if (first) arriving.disconnect();
    };
    // What is fetched only now gets the focus when it is there.
    const arriving = new MutationObserver(takeFocus);
    arriving.observe(shown, { childList: true, subtree: true });
    takeFocus();
    return () => {
      // What it was opened for is done: whoever opened it goes on from there.
      if (shown.contains(document.activeElement)) at.focus();
      size.disconnect();
      arriving.disconnect();
      shown.removeEventListener("toggle", toggled);
      removeEventListener("resize", place);
    };
  }, [at]);
  return (
    <div ref={panel} className={`popover ${className}`} popover="auto" role="dialog" aria-label={label}>
      {children}
    </div>
  );
}
