import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";

export interface Point {
  x: number;
  y: number;
}

interface Props {
  label: string;
  /** what the point means, for those who do not see it */
  text: string;
  /** 0..1 from the left, 0..1 from the bottom; null: not on the pad */
  point: Point | null;
  onDown?: (point: Point) => void;
  onMove: (point: Point) => void;
  onUp?: () => void;
  /** the pointer passes over it without being down */
  onHover?: (point: Point) => void;
  /** and has passed */
  onLeave?: () => void;
  children?: ReactNode;
}

const STEP = 0.02;
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

const within = (value: number) => Math.min(1, Math.max(0, value));

/** A plane to move on: by pointer, or by the arrow keys. */
export function Pad({ label, text, point, onDown, onMove, onUp, onHover, onLeave, children }: Props) {
  const plane = useRef<HTMLDivElement>(null);
  const held = useRef(false);
  const at = (event: PointerEvent): Point => {
    const box = plane.current!.getBoundingClientRect();
    return {
      x: within((event.clientX - box.left) / box.width),
      y: within(1 - (event.clientY - box.top) / box.height),
    };
  };
  const down = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = true;
    onDown?.(at(event));
    onMove(at(event));
  };
  const move = (event: PointerEvent) => {
    if (held.current) onMove(at(event));
    // A finger that slides over the pad scrolls the page.
    else if (event.pointerType !== "touch") onHover?.(at(event));
  };
  const up = () => {
    if (!held.current) return;
    held.current = false;
    onUp?.();
  };
  const key = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    const before = point ?? { x: 0.5, y: 0.5 };
    if (arrow) {
      event.preventDefault();
      const next = { x: within(before.x + arrow[0]), y: within(before.y + arrow[1]) };
      if (!held.current) onDown?.(next);
      held.current = true;
      onMove(next);
    } else if (event.key === "Enter") {
      event.preventDefault();
      onDown?.(before);
      onMove(before);
      onUp?.();
    }
  };
  const keyUp = (event: KeyboardEvent) => {
    if (event.key in ARROWS) up();
  };
  return (
    <div
      ref={plane}
      className="pad"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(100 * (point?.x ?? 0.5))}
      aria-valuetext={text}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onPointerLeave={() => {
        if (!held.current) onLeave?.();
      }}
      onKeyDown={key}
      onKeyUp={keyUp}
    >
      {children}
      {point && (
        <span className="pad-point" style={{ left: `${100 * point.x}%`, bottom: `${100 * point.y}%` }} />
      )}
    </div>
  );
}
