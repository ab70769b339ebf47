import { useState } from "react";
import { title } from "../../kit/words";
import { beginGesture, endGesture, setPlace } from "../../play/player";
import { usePlay } from "../../play/store";

/** The model's named sounds: one press, and the sliders start from there. */
export function Prototypes({ places }: { places: string[] }) {
  const weights = usePlay((state) => state.patch?.place?.weights);
  const [wanted, setWanted] = useState("");
  const shown = places
    .filter((name) => name.replaceAll("_", " ").includes(wanted.toLowerCase().trim()))
    .sort((a, b) => (a < b ? -1 : 1));
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
        {shown.map((name) => (
          <button key={name} type="button" aria-pressed={weights?.[name] === 1} onClick={() => stand(name)}>
            {title(name)}
          </button>
        ))}
      </div>
    </div>
  );
}
