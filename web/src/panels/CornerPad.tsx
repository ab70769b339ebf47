import { useState } from "react";
import { Pad, type Point } from "../kit/Pad";
import type { PlaceCard } from "../generated/api";
import { beginGesture, endGesture, setPlace } from "../play/edit";
import { blendOf, spread } from "./corners";

interface Props {
  places: PlaceCard[];
  onDown?: () => void;
  onUp?: () => void;
}

const WHERE = ["Top left", "Top right", "Bottom left", "Bottom right"] as const;

/** Between four sounds: the nearer a corner, the more of it. */
export function CornerPad({ places, onDown, onUp }: Props) {
  const [corners, setCorners] = useState(() => spread(places.map(({ name }) => name)));
  const [point, setPoint] = useState<Point | null>(null);
  const title = (name: string) => places.find((one) => one.name === name)?.title ?? name;
  const go = (at: Point, of = corners) => {
    setPoint(at);
    setPlace({ w: null, weights: blendOf(of, at.x, at.y) });
  };
  const change = (index: number, name: string) => {
    const next = corners.map((old, k) => (k === index ? name : old));
    setCorners(next);
    if (!point) return;
    beginGesture();
    go(point, next);
    endGesture();
  };
  const text = point
    ? Object.entries(blendOf(corners, point.x, point.y))
        .map(([name, share]) => `${title(name)} ${Math.round(100 * share)} percent`)
        .join(", ")
    : "not moved yet";
  const corner = (index: number) => (
    <label className="corner" key={index}>
      <span className="hidden-text">{WHERE[index]}</span>
      <select value={corners[index]} onChange={(event) => change(index, event.target.value)}>
        {[...places].sort((a, b) => a.title.localeCompare(b.title)).map((place) => (
          <option key={place.name} value={place.name}>
            {place.title}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div className="corner-pad">
      <div className="corner-row">{[0, 1].map(corner)}</div>
      <Pad
        label="Between four sounds"
        text={text}
        point={point}
        onDown={() => {
          beginGesture();
          onDown?.();
        }}
        onMove={go}
        onUp={() => {
          endGesture();
          onUp?.();
        }}
      />
      <div className="corner-row">{[2, 3].map(corner)}</div>
    </div>
  );
}
