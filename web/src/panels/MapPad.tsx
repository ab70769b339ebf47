import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api, type LatentMap } from "../generated/api";
import { Pad, type Point } from "../kit/Pad";
import { Switch } from "../kit/Switch";
import { beginGesture, endGesture, preview, setPlace } from "../play/edit";
import { usePlay } from "../play/store";
import { blendAt, hearsOnHover, keepHearsOnHover, nearest, Throttle } from "./map";

interface Props {
  bundle: string;
  onDown?: () => void;
  onUp?: () => void;
  /** the pointer rests near another named sound, which is to be heard */
  onPass?: () => void;
}

/** All named places of the model in two dimensions; everything between them can be played. */
export default function MapPad({ bundle, ...heard }: Props) {
  const found = useQuery({
    queryKey: ["map", bundle],
    queryFn: ({ signal }) => api.getMap(bundle, signal),
    staleTime: Infinity,
  });
  if (found.error) return <p className="soft">{found.error.message}</p>;
  if (!found.data) return <p className="soft">Drawing the map…</p>;
  return <Plane map={found.data} {...heard} />;
}

const REST_MS = 90;

function Plane({ map, onDown, onUp, onPass }: Omit<Props, "bundle"> & { map: LatentMap }) {
  const [point, setPoint] = useState<Point | null>(null);
  const [over, setOver] = useState<Point | null>(null);
  const [hears, setHears] = useState(hearsOnHover);
  const passing = useRef<string | null>(null);
  const resting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [throttle] = useState(() => new Throttle<Record<string, number>>((weights) => preview({ w: null, weights })));
  const looked = over ?? point;
  const near = looked && nearest(map.points, looked);
  const forget = () => {
    throttle.forget();
    clearTimeout(resting.current);
  };
  const leave = () => {
    setOver(null);
    forget();
    if (passing.current === null) return;
    passing.current = null;
    preview(null);
  };
  const pass = (at: Point) => {
    setOver(at);
    if (!hears || usePlay.getState().status !== "playing") return;
    throttle.give(blendAt(map.points, at));
    const name = nearest(map.points, at)?.name ?? "";
    if (name === passing.current) return;
    passing.current = name;
    clearTimeout(resting.current);
    if (onPass) resting.current = setTimeout(onPass, REST_MS);
  };
  // A page that is left while the pointer is on the map.
  useEffect(() => () => {
    throttle.forget();
    clearTimeout(resting.current);
    if (passing.current !== null) preview(null);
  }, [throttle]);
  return (
    <>
      <Pad
        label="Map of the model's sounds"
        text={near ? `near ${near.title}` : "not moved yet"}
        point={point}
        onHover={pass}
        onLeave={leave}
        onDown={() => {
          forget();
          passing.current = null;
          beginGesture();
          onDown?.();
        }}
        onMove={(at) => {
          setOver(null);
          setPoint(at);
          setPlace({ w: null, weights: blendAt(map.points, at) });
        }}
        onUp={() => {
          endGesture();
          onUp?.();
        }}
      >
        {map.points.map(({ name, x, y }) => (
          <i
            key={name}
            className={near?.name === name ? "map-point near" : "map-point"}
            style={{ left: `${100 * x}%`, top: `${100 * y}%` }}
          />
        ))}
      </Pad>
      <p className="soft small map-near" aria-live="polite">
        {near ? `Near ${near.title}.` : `${map.points.length} sounds that the model has names for.`} Press to stay
        there, drag to move; or the arrow keys.
      </p>
      <Switch
        label="Hear what the pointer passes"
        on={hears}
        onChange={(on) => {
          setHears(on);
          keepHearsOnHover(on);
        }}
      />
    </>
  );
}
