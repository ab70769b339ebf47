import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type LatentMap } from "../generated/api";
import { Pad, type Point } from "../kit/Pad";
import { title } from "../kit/words";
import { beginGesture, endGesture, setPlace } from "../play/player";
import { nearest, placeAt } from "./map";

interface Props {
  bundle: string;
  onDown?: () => void;
  onUp?: () => void;
}

/** All named places of the model in two dimensions; everything between them can be played. */
export function MapPad({ bundle, onDown, onUp }: Props) {
  const found = useQuery({
    queryKey: ["map", bundle],
    queryFn: ({ signal }) => api.getMap(bundle, signal),
    staleTime: Infinity,
  });
  if (found.error) return <p className="soft">{found.error.message}</p>;
  if (!found.data) return <p className="soft">Drawing the map…</p>;
  return <Plane map={found.data} {...(onDown && { onDown })} {...(onUp && { onUp })} />;
}

function Plane({ map, onDown, onUp }: { map: LatentMap; onDown?: () => void; onUp?: () => void }) {
  const [point, setPoint] = useState<Point | null>(null);
  const [over, setOver] = useState<Point | null>(null);
  const looked = over ?? point;
  const near = looked && nearest(map.points, looked);
  return (
    <>
      <Pad
        label="Map of the model's sounds"
        text={near ? `near ${title(near.name)}` : "not moved yet"}
        point={point}
        onHover={setOver}
        onDown={() => {
          beginGesture();
          onDown?.();
        }}
        onMove={(at) => {
          setOver(null);
          setPoint(at);
          setPlace({ w: placeAt(map, at), weights: {} });
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
            style={{ left: `${50 * (1 + 0.94 * x)}%`, bottom: `${50 * (1 + 0.94 * y)}%` }}
          />
        ))}
      </Pad>
      <p className="soft small">
        {near ? `Near ${title(near.name)}.` : "Each dot is a sound that the model has a name for."} Press to hear,
        drag to move.
      </p>
    </>
  );
}
