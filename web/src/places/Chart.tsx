import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useNarrow } from "../app/useNarrow";
import type { LatentMap } from "../generated/api";
import { ThumbsState } from "../kit/Thumb";
import { contours } from "./contours";
import { Head } from "./Head";
import { HEIGHT, Plane, WIDTH } from "./plane";
import { Ring } from "./Ring";
import { percents, sharesOf, useWeights } from "./shares";
import { SpotButton } from "./SpotButton";
import type { Point } from "./triangles";
import { useFind } from "./useFind";
import { useGestures } from "./useGestures";
import { useHover } from "./useHover";
import { useView } from "./useView";
import { tileScale, toPlane, toScreen } from "./view";
import { beginMove, bound, endMove, glideTo, moveTo, useWhere } from "./where";

interface Props {
  bundle: string;
  map: LatentMap;
  lead: ReactNode;
  onDown?: (() => void) | undefined;
  onUp?: (() => void) | undefined;
  onPass?: (() => void) | undefined;
}

/** of what stands above the places, in pixels; beside a rail a map that is no wider has two rows there */
const HEAD = { one: 52, two: 92, upTo: 640 };
const WAYS: Record<string, Point> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
};
const KEY_ZOOM = 1.25;
const FINE = 8;
const NAMES_FROM = 0.6;
const MOST_SHARES = 3;
/** of the ring from a picture that is heard alone, pixels */
const ASIDE = { x: 24, y: -16 };

export function Chart({ bundle, map, lead, onDown, onUp, onPass }: Props) {
  const plane = useMemo(() => new Plane(map), [map]);
  const lines = useMemo(() => contours(plane.spots.map(({ at }) => at), map.scale), [plane, map.scale]);
  const weights = useWeights();
  const kept = useWhere((state) => (state.bundle === bundle ? state.at : null));
  const trail = useWhere((state) => state.trail);
  // What is set may have come from elsewhere: then it lies in the middle of its sounds.
  const stays = kept !== null && weights !== null && plane.isAt(kept, weights);
  const at = stays ? kept : weights && plane.middle(weights);
  const middle = { x: WIDTH / 2, y: HEIGHT / 2 };

  const box = useRef<HTMLDivElement>(null);
  const phone = useNarrow();
  const shown = useView(box, map, (width) => (!phone && width <= HEAD.upTo ? HEAD.two : HEAD.one), at ?? middle);
  const hover = useHover(onPass);
  const [words, setWords] = useState("");
  const found = useFind(bundle, words);
  const lit = found && new Set(found.map(({ name }) => name));

  const glide = (to: Point) => {
    hover.end();
    onDown?.();
    glideTo(plane, bundle, at, to);
    onUp?.();
  };
  const gestures = useGestures(box, shown, {
    onTake: () => {
      hover.end();
      onDown?.();
      beginMove(bundle, at);
    },
    onMove: (point) => shown && moveTo(plane, toPlane(shown.view, point)),
    onLet: () => {
      endMove();
      onUp?.();
    },
  });
  const key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !shown) return;
    const way = WAYS[event.key];
    const zoom = { "+": KEY_ZOOM, "=": KEY_ZOOM, "-": 1 / KEY_ZOOM }[event.key];
    if (zoom) shown.zoom(at ? toScreen(shown.view, at) : { x: shown.size.width / 2, y: shown.size.height / 2 }, zoom);
    if (!way) return;
    event.preventDefault();
    const from = (stays && bound()) || at || middle;
    const next = plane.next(from, way);
    const to = event.shiftKey ? { x: from.x + FINE * way.x, y: from.y + FINE * way.y } : next?.at;
    if (!to) return;
    glide(to);
    shown.reveal(to);
    const on = document.activeElement;
    if (next && !event.shiftKey && on?.classList.contains("place")) {
      box.current?.querySelector<HTMLElement>(`[data-place="${CSS.escape(next.name)}"]`)?.focus();
    }
  };

  const shares = sharesOf(weights ?? undefined);
  const parts = new Map(shares.map(({ name, share }) => [name, share]));
  const title = (name: string) => plane.spots.find((spot) => spot.name === name)?.title ?? name;
  const told = percents(shares, MOST_SHARES).map(([name, percent]) => `${title(name)} ${percent} percent`);
  const first = plane.nearest(at ?? middle)?.name;
  const view = shown?.view;
  const tile = view ? tileScale(view, map.scale) : 1;
  const here = view && at ? toScreen(view, at) : { x: 0, y: 0 };
  const path = stays && trail.length > 1 ? `M${trail.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}` : "";

  // Upon a picture it would hide what it stands on.
  const aside = Math.max(0, 10 * Math.max(...parts.values(), 0) - 9);
  return (
    // Arrows are for what has the focus in it: a place, or the ring.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={box}
      className={`place-map${lit ? " searched" : ""}${tile < NAMES_FROM ? " small-places" : ""}${view && view.zoom > 1 ? " zoomed" : ""}`}
      data-tour="Drag the ring through the map, or press a sound: what lies between places sounds like all of them."
      role="group"
      aria-label="Map of sounds"
      onKeyDown={key}
      onDoubleClick={(event) => {
        if (!view || (event.target as Element).closest("button, input, [role=slider]")) return;
        const rim = box.current!.getBoundingClientRect();
        glide(toPlane(view, { x: event.clientX - rim.left, y: event.clientY - rim.top }));
      }}
      {...gestures}
    >
      {view && (
        <>
          <svg className="place-lines" aria-hidden="true">
            <g transform={`matrix(${view.scaleX} 0 0 ${view.scaleY} ${view.x} ${view.y})`}>
              <path className="contours" d={lines} />
              {path && <path className="trail" d={path} />}
            </g>
            {at &&
              plane.spots.filter(({ name }) => parts.has(name)).map((spot) => {
                const there = toScreen(view, spot.at);
                return <line key={spot.name} x1={here.x} y1={here.y} x2={there.x} y2={there.y} />;
              })}
          </svg>
          {map.groups.map((group) => {
            const spot = toScreen(view, { x: group.x * WIDTH, y: group.y * HEIGHT });
            return (
              <h2 key={group.title} className="place-group" style={{ transform: `translate(${spot.x}px, ${spot.y}px)` }}>
                {group.title}
              </h2>
            );
          })}
          {plane.spots.map((spot) => (
            <SpotButton
              key={spot.name}
              bundle={bundle}
              spot={spot}
              screen={toScreen(view, spot.at)}
              scale={tile}
              share={parts.get(spot.name) ?? 0}
              dim={lit !== null && !lit.has(spot.name)}
              first={spot.name === first}
              onGo={() => glide(spot.at)}
              onPass={hover.pass}
            />
          ))}
          <Ring
            label="You, among the sounds"
            text={at ? told.join(", ") : "somewhere else"}
            value={at ? at.x / WIDTH : 0.5}
            hidden={at === null}
            left={here.x + aside * ASIDE.x}
            top={here.y + aside * ASIDE.y}
            onKeyDown={() => undefined}
          />
        </>
      )}
      <div className="place-map-note">
        <ThumbsState bundle={bundle} count={plane.spots.length} />
      </div>
      <Head
        lead={lead}
        bundle={bundle}
        places={plane.spots}
        somewhere={weights === null}
        hover={hover}
        words={words}
        found={found}
        onWords={setWords}
        onGo={(name) => {
          const spot = plane.spots.find((one) => one.name === name);
          if (!spot) return;
          glide(spot.at);
          shown?.reveal(spot.at);
        }}
        onFit={() => shown?.all()}
      />
    </div>
  );
}
