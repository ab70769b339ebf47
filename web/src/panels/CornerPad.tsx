import { useLayoutEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import type { PlaceCard } from "../generated/api";
import { Thumb } from "../kit/Thumb";
import { PlacePicker } from "../places/PlacePicker";
import { Ring } from "../places/Ring";
import { useWeights } from "../places/shares";
import { beginGesture, endGesture, setPlace } from "../play/edit";
import { blendOf, cornersFor, spotOf, spread, type Spot } from "./corners";

interface Props {
  places: readonly PlaceCard[];
  bundle: string;
  onDown?: () => void;
  onUp?: () => void;
}

const WHERE = ["top left", "top right", "bottom left", "bottom right"] as const;
/** from the rim to where a corner is reached, in pixels: beside its picture, which stays in sight */
const RIM_X = 72;
const RIM_Y = 56;
/** and to the middle of its picture */
const PICTURE_X = 40;
const PICTURE_Y = 28;
const NAME = 18;
const STEP = 0.02;
const TWICE_MS = 240;
const DRAG_PX = 4;
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

const within = (value: number) => Math.min(1, Math.max(0, value));
const key = (bundle: string) => `corners/${bundle}`;

function kept(bundle: string, places: readonly PlaceCard[]): string[] | null {
  const names = localStorage.getItem(key(bundle))?.split("\n") ?? [];
  return names.length === WHERE.length && names.every((name) => places.some((one) => one.name === name)) ? names : null;
}

/** Between four sounds: the nearer a corner, the more of it. */
export function CornerPad({ places, bundle, onDown, onUp }: Props) {
  const [corners, setCorners] = useState(() => kept(bundle, places) ?? spread(places));
  const [own, setOwn] = useState(() => kept(bundle, places) !== null);
  const [picking, setPicking] = useState<{ corner: number; at: HTMLElement } | null>(null);
  const weights = useWeights();
  // What is heard comes to the corners, until they were chosen by hand.
  const known = Object.keys(weights ?? {}).filter((name) => places.some((one) => one.name === name));
  if (!own && weights && known.some((name) => !corners.includes(name))) {
    setCorners(cornersFor(Object.fromEntries(known.map((name) => [name, weights[name]!])), corners));
  }
  const spot = spotOf(corners, weights);
  const title = (name: string | undefined) => places.find((one) => one.name === name)?.title ?? "";

  const plane = useRef<HTMLDivElement>(null);
  const size = useSize(plane);
  const held = useRef<{ x: number; y: number; moving: boolean } | null>(null);
  const keyed = useRef(false);
  const pressed = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const at = (event: PointerEvent): Spot => {
    const box = plane.current!.getBoundingClientRect();
    return {
      x: within((event.clientX - box.left - RIM_X) / (box.width - 2 * RIM_X)),
      y: within(1 - (event.clientY - box.top - RIM_Y) / (box.height - 2 * RIM_Y)),
    };
  };
  const go = (to: Spot, of = corners) => setPlace({ w: null, weights: blendOf(of, to) });
  const begin = () => {
    beginGesture();
    onDown?.();
  };
  const end = () => {
    endGesture();
    onUp?.();
  };
  const jump = (to: Spot, of = corners) => {
    begin();
    go(to, of);
    end();
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const onCorner = (event.target as Element).closest("button") !== null;
    held.current = { x: event.clientX, y: event.clientY, moving: !onCorner };
    if (onCorner) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    begin();
    go(at(event));
  };
  const move = (event: PointerEvent) => {
    const from = held.current;
    if (!from) return;
    if (!from.moving) {
      if (event.buttons === 0 || Math.hypot(event.clientX - from.x, event.clientY - from.y) < DRAG_PX) return;
      from.moving = true;
      event.currentTarget.setPointerCapture(event.pointerId);
      begin();
    }
    go(at(event));
  };
  const up = () => {
    const moved = held.current?.moving;
    held.current = null;
    if (moved) end();
  };
  const press = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    if (!keyed.current) begin();
    keyed.current = true;
    const from = spot ?? { x: 0.5, y: 0.5 };
    go({ x: within(from.x + arrow[0]), y: within(from.y + arrow[1]) });
  };
  const release = () => {
    if (keyed.current) end();
    keyed.current = false;
  };
  const change = (corner: number, name: string) => {
    const next = corners.map((old, k) => (k === corner ? name : old));
    localStorage.setItem(key(bundle), next.join("\n"));
    setOwn(true);
    setCorners(next);
    if (spot) jump(spot, next);
  };

  const x = (part: number) => RIM_X + part * (size.width - 2 * RIM_X);
  const y = (part: number) => RIM_Y + (1 - part) * (size.height - 2 * RIM_Y);
  const picture = (k: number) => ({
    x2: k % 2 ? size.width - PICTURE_X : PICTURE_X,
    y2: k < 2 ? PICTURE_Y : size.height - PICTURE_Y - NAME,
  });
  const text = spot
    ? Object.entries(blendOf(corners, spot))
        .map(([name, share]) => `${title(name)} ${Math.round(100 * share)} percent`)
        .join(", ")
    : "somewhere else";
  return (
    <div
      ref={plane}
      className="pad corner-pad"
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
    >
      {size.width > 0 && spot && (
        <svg className="place-lines" aria-hidden="true">
          {WHERE.map((where, k) => (
            <line key={where} x1={x(spot.x)} y1={y(spot.y)} {...picture(k)} />
          ))}
        </svg>
      )}
      {WHERE.map((where, k) => (
        <button
          key={where}
          type="button"
          className={`corner corner-${k}`}
          aria-haspopup="dialog"
          aria-label={`${title(corners[k])}, ${where}: choose another sound`}
          data-tip="Click for another sound; double-click to hear only this one."
          onClick={(event) => {
            clearTimeout(pressed.current);
            const button = event.currentTarget;
            const open = () => setPicking({ corner: k, at: button });
            if (event.detail === 0) open();
            else if (event.detail === 1) pressed.current = setTimeout(open, TWICE_MS);
            else jump({ x: k % 2, y: k < 2 ? 1 : 0 });
          }}
        >
          <Thumb bundle={bundle} name={corners[k] ?? ""} />
          <span>{title(corners[k])}</span>
        </button>
      ))}
      {size.width > 0 && (
        <Ring
          label="Between four sounds"
          text={text}
          value={spot?.x ?? 0.5}
          hidden={spot === null}
          left={x(spot?.x ?? 0.5)}
          top={y(spot?.y ?? 0.5)}
          onKeyDown={press}
          onKeyUp={release}
          onBlur={release}
        />
      )}
      {picking && (
        <PlacePicker
          label={`Sound at the ${WHERE[picking.corner]}`}
          bundle={bundle}
          places={places}
          chosen={corners[picking.corner]}
          at={picking.at}
          onChoose={(name) => change(picking.corner, name)}
          onClose={() => setPicking(null)}
        />
      )}
    </div>
  );
}

function useSize(of: { current: HTMLElement | null }): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = of.current!;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [of]);
  return size;
}
