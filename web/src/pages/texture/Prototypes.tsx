import { useState } from "react";
import type { PlaceCard } from "../../generated/api";
import { beginGesture, endGesture, setPlace } from "../../play/edit";
import { usePlay } from "../../play/store";

/** The model's named sounds: one press, and the sliders start from there. */
export function Prototypes({ places }: { places: PlaceCard[] }) {
  const weights = usePlay((state) => state.patch?.place?.weights);
  const [wanted, setWanted] = useState("");
  const shown = places
    .filter(({ title }) => title.toLowerCase().includes(wanted.toLowerCase().trim()))
    .sort((a, b) => a.title.localeCompare(b.title));
  const stand = (name: string) => {
    beginGesture();
    setPlace({ w: null, weights: { [name]: 1 } });
    endGesture();
  };
  return (
    <div className="stack">
      <label className="field find">
        <span className="hidden-text">Find a sound</span>
        <input
          type="search"
          placeholder="Find a sound"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      </label>
      <div className="chips" role="group" aria-label="Named sounds">
        {shown.map(({ name, title }) => (
          <button key={name} type="button" aria-pressed={weights?.[name] === 1} onClick={() => stand(name)}>
            {title}
          </button>
        ))}
      </div>
    </div>
  );
}
