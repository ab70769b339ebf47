import { useState } from "react";
import type { InstrumentDetails, PlaceCard } from "../../generated/api";
import { Thumb } from "../../kit/Thumb";
import { beginGesture, endGesture, setPlace } from "../../play/edit";
import { usePlay } from "../../play/store";
import { groupsOf } from "./groups";

/** What notes sound like: instruments in groups, each with a picture of its sound. */
export function Instruments({ details }: { details: InstrumentDetails }) {
  const groups = groupsOf(details.places, details.popular);
  const [chosen, setChosen] = useState("");
  const shown = groups.find(({ title }) => title === chosen) ?? groups[0];
  return (
    <>
      <div className="chips" role="group" aria-label="Groups">
        {groups.map(({ title }) => (
          <button key={title} type="button" aria-pressed={title === shown?.title} onClick={() => setChosen(title)}>
            {title}
          </button>
        ))}
      </div>
      <ul className="notes-instruments">
        {shown?.places.map((place) => (
          <li key={place.name}>
            <Instrument place={place} bundle={details.bundle} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Instrument({ place, bundle }: { place: PlaceCard; bundle: string }) {
  const isChosen = usePlay(({ patch }) => isAlone(patch?.place?.weights, place.name));
  return (
    <button
      type="button"
      className="notes-instrument"
      aria-pressed={isChosen}
      onClick={() => {
        beginGesture();
        setPlace({ w: null, weights: { [place.name]: 1 } });
        endGesture();
      }}
    >
      <Thumb bundle={bundle} name={place.name} />
      <span>{place.title}</span>
    </button>
  );
}

function isAlone(weights: Record<string, number> | undefined, name: string): boolean {
  const heard = Object.entries(weights ?? {}).filter(([, share]) => share > 0);
  return heard.length === 1 && heard[0]![0] === name;
}
