import { useState } from "react";
import type { PlaceCard } from "../generated/api";
import { Popover } from "../kit/Popover";
import { Thumb } from "../kit/Thumb";
import "./places.css";
import { useFind } from "./useFind";

interface Props {
  label: string;
  bundle: string;
  places: readonly PlaceCard[];
  /** name of the one that is there now */
  chosen: string | undefined;
  at: HTMLElement;
  onChoose: (name: string) => void;
  onClose: () => void;
}

/** All places of a model to choose one from, by their pictures or by words. */
export function PlacePicker({ label, bundle, places, chosen, at, onChoose, onClose }: Props) {
  const [words, setWords] = useState("");
  const found = useFind(bundle, words);
  const shown: readonly (PlaceCard & { reason?: string })[] =
    found ?? [...places].sort((a, b) => a.title.localeCompare(b.title));
  const choose = (name: string) => {
    onChoose(name);
    at.focus();
    onClose();
  };
  return (
    <Popover label={label} at={at} onClose={onClose} className="place-picker">
      <input
        type="search"
        data-first
        aria-label="Find a sound"
        placeholder="Find: bright, water, birds"
        value={words}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !found?.[0]) return;
          // Else the corner, which has the focus next, would be pressed by the same key.
          event.preventDefault();
          choose(found[0].name);
        }}
      />
      <ul className="place-picker-list">
        {shown.map(({ name, title, group, reason }) => (
          <li key={name}>
            <button type="button" aria-pressed={name === chosen} onClick={() => choose(name)}>
              <Thumb bundle={bundle} name={name} />
              <span>{title}</span>
              <span className="soft small">{reason && reason !== title ? reason : group}</span>
            </button>
          </li>
        ))}
      </ul>
      {found?.length === 0 && <p className="soft small">Nothing sounds like that. Try bright, dark, noisy or short.</p>}
    </Popover>
  );
}
