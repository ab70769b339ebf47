import { useRef, useState, type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";

const KEY = "picture/height";
const LEAST = 96;
const STEP = 24;

function kept(): number | null {
  const found = Number(localStorage.getItem(KEY));
  return found >= LEAST ? found : null;
}

/** The picture, edge to edge, and the divider that makes it higher; it stays alive where it is not shown. */
export function PictureArea({ shown, children }: { shown: boolean; children: ReactNode }) {
  const area = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState<number | null>(kept);
  const [most, setMost] = useState(700);
  const set = (next: number | null) => {
    const room = (area.current?.parentElement?.clientHeight ?? innerHeight) - 200;
    const inside = next === null ? null : Math.round(Math.min(Math.max(next, LEAST), room));
    setMost(room);
    setHeight(inside);
    if (inside === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, String(inside));
  };
  const now = () => area.current?.clientHeight ?? LEAST;
  const drag = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || !area.current) return;
    set(event.clientY - area.current.getBoundingClientRect().top);
  };
  const key = (event: KeyboardEvent) => {
    const by = event.key === "ArrowDown" ? STEP : event.key === "ArrowUp" ? -STEP : 0;
    if (by === 0 && event.key !== "Delete") return;
    event.preventDefault();
    set(by === 0 ? null : now() + by);
  };
  const style = (height === null ? {} : { "--picture": `${height}px` }) as CSSProperties;
  return (
    <div ref={area} role="region" aria-label="Picture" className="picture-area" data-own-height={height !== null} hidden={!shown} style={style}>
      {children}
      {/* A separator that moves is a widget of its own. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className="divider"
        role="separator"
        aria-label="Height of the picture"
        aria-orientation="horizontal"
        aria-valuemin={LEAST}
        aria-valuemax={most}
        aria-valuenow={height ?? LEAST}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        data-tip="Drag for a higher picture; double-click goes back."
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onDoubleClick={() => set(null)}
        onKeyDown={key}
      />
    </div>
  );
}
