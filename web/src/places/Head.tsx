import { useState, type ReactNode } from "react";
import type { FoundPlace, PlaceCard } from "../generated/api";
import { Icon } from "../kit/Icon";
import { Switch } from "../kit/Switch";
import { Thumb } from "../kit/Thumb";
import { Shares } from "./Shares";
import type { Hover } from "./useHover";

interface Props {
  lead: ReactNode;
  bundle: string;
  places: readonly PlaceCard[];
  /** what is heard lies nowhere on the map */
  somewhere: boolean;
  hover: Hover;
  words: string;
  found: FoundPlace[] | null;
  onWords: (words: string) => void;
  onGo: (name: string) => void;
  onFit: () => void;
}

const MOST_FOUND = 6;

/** What stands above the places: what is heard, the search, how the map is used. */
export function Head({ lead, bundle, places, somewhere, hover, words, found, onWords, onGo, onFit }: Props) {
  const [searching, setSearching] = useState(false);
  const close = () => {
    setSearching(false);
    onWords("");
  };
  return (
    <div className="place-map-head" data-own-pointer data-scrolls>
      {lead}
      {searching ? (
        <div className="place-search">
          <input
            type="search"
            aria-label="Find a sound"
            placeholder="Find: bright, water, birds"
            // It was asked for just now.
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            value={words}
            onChange={(event) => onWords(event.target.value)}
            onKeyDown={(event) => {
              event.stopPropagation();
              if (event.key === "Escape") close();
              if (event.key === "Enter" && found?.[0]) onGo(found[0].name);
            }}
          />
          {found && (
            <ul className="place-found">
              {found.slice(0, MOST_FOUND).map(({ name, title, reason }) => (
                <li key={name}>
                  <button type="button" onClick={() => onGo(name)}>
                    <Thumb bundle={bundle} name={name} />
                    <span>{title}</span>
                    {reason !== title && <span className="soft small">{reason}</span>}
                  </button>
                </li>
              ))}
              {found.length === 0 && (
                <li className="soft small">Nothing sounds like that. Try bright, dark, noisy or short.</li>
              )}
            </ul>
          )}
        </div>
      ) : (
        <p className="place-heard">
          <span className="soft">{somewhere ? "Somewhere else" : "You hear"}</span> <Shares places={places} />
        </p>
      )}
      <span className="place-hover">
        <Switch label="Hear on hover" on={hover.hears} onChange={hover.setHears} />
      </span>
      <button
        type="button"
        className="icon-button"
        aria-label="Find a sound"
        aria-expanded={searching}
        data-tip="Find a sound by its name or by how it sounds."
        onClick={() => (searching ? close() : setSearching(true))}
      >
        <Icon sign="search" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Fit all"
        data-tip="Show all sounds."
        onClick={onFit}
      >
        <Icon sign="stage" />
      </button>
    </div>
  );
}
