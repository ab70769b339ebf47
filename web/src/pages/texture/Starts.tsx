import { useState } from "react";
import { beginGesture, endGesture, setPlace } from "../../play/edit";
import { usePlay } from "../../play/store";
import { useTexture } from "./useTexture";

const FIRST = 6;

/** Examples of the model to begin from; the axes move them. */
export function Starts({ bundle }: { bundle: string }) {
  const starts = useTexture(bundle).data?.starts ?? [];
  const [all, setAll] = useState(false);
  const w = usePlay((state) => state.patch?.place?.w);
  if (starts.length === 0) return null;
  const stand = (place: number[]) => {
    beginGesture();
    setPlace({ w: place, weights: {} });
    endGesture();
  };
  return (
    <div className="chips" role="group" aria-label="Examples to begin from">
      {(all ? starts : starts.slice(0, FIRST)).map((place, k) => (
        <button
          key={k}
          type="button"
          aria-pressed={w !== null && w !== undefined && w.every((value, n) => value === place[n])}
          onClick={() => stand(place)}
        >
          Example {k + 1}
        </button>
      ))}
      {starts.length > FIRST && (
        <button type="button" className="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Fewer" : "More"}
        </button>
      )}
    </div>
  );
}
