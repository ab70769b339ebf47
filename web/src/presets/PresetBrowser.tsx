import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import type { Preset } from "../generated/api";
import { Icon } from "../kit/Icon";
import { takePreset, usePresets } from "../play/presets";
import { sayError, usePlay } from "../play/store";
import { needsOf, tagsOf } from "./needs";
import { Preview } from "./Preview";
import { PresetFoot } from "./PresetFoot";
import { useFirstFocus } from "./useFirstFocus";
import { useSetPreset } from "./useSetPreset";
import "./presets.css";

const MOST_TAGS = 10;
const YOURS = "yours";

interface Props {
  /** after one was taken */
  onDone?: () => void;
}

/** Sounds with names: those that ship, and the player's own. */
export default function PresetBrowser({ onDone }: Props) {
  const instrument = usePlay((state) => state.details?.name ?? null);
  const { preset: chosen, changed } = useSetPreset();
  const [wanted, setWanted] = useState("");
  const [tag, setTag] = useState("");
  const [looked, setLooked] = useState<Preset | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const field = useFirstFocus();
  const all = usePresets(instrument).data;
  const tags = useMemo(() => tagsOf(all ?? [], MOST_TAGS), [all]);
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (preset: Preset) => {
    const text = [preset.name, preset.line, ...preset.tags].join(" ").toLowerCase();
    const tagged = tag === "" || (tag === YOURS ? !preset.factory : preset.tags.includes(tag));
    return tagged && words.every((word) => text.includes(word));
  };
  const shown = all?.filter(fits) ?? [];
  const factory = shown.filter((preset) => preset.factory);
  const own = shown.filter((preset) => !preset.factory);
  const ownAtAll = all?.some((preset) => !preset.factory) ?? true;

  const key = (event: KeyboardEvent) => {
    const tiles = [...(list.current?.querySelectorAll<HTMLElement>(".preset-tile") ?? [])];
    const next = neighbour(tiles, document.activeElement, event.key);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    next.focus();
  };
  const tiles = (presets: Preset[]) => (
    <ul className="preset-tiles">
      {presets.map((preset) => (
        <li key={preset.id}>
          <Tile preset={preset} set={preset.id === chosen?.id} changed={changed} onLook={setLooked} onDone={onDone} />
        </li>
      ))}
    </ul>
  );
  return (
    // Arrows go from preset to preset; each is a button of its own.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="preset-browser" onKeyDown={key}>
      <input
        ref={field}
        data-first
        type="search"
        placeholder="Find a preset"
        aria-label="Find a preset"
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
      />
      <div className="chips" role="group" aria-label="Show only">
        {[...tags, ...(ownAtAll ? [YOURS] : [])].map((one) => (
          <button key={one} type="button" aria-pressed={one === tag} onClick={() => setTag(one === tag ? "" : one)}>
            {one}
          </button>
        ))}
      </div>
      <div className="preset-all" ref={list} onPointerLeave={() => setLooked(null)}>
        {tiles(factory)}
        {own.length > 0 && <h3>Yours</h3>}
        {tiles(own)}
        {all && all.length > 0 && shown.length === 0 && (
          <p className="preset-none soft">No preset is like that. Take another word, or fewer of the tags.</p>
        )}
        {!ownAtAll && words.length === 0 && tag === "" && (
          <p className="preset-none soft">None of your own yet: find a sound you like, then press the heart.</p>
        )}
      </div>
      {all?.length !== 0 && <PresetFoot looked={looked ?? chosen} chosen={chosen} changed={changed} />}
    </div>
  );
}

interface TileProps {
  preset: Preset;
  set: boolean;
  changed: boolean;
  onLook: (preset: Preset | null) => void;
  onDone: (() => void) | undefined;
}

function Tile({ preset, set, changed, onLook, onDone }: TileProps) {
  const needs = needsOf(preset, usePlay.getState().details?.senses ?? {});
  const tile = useRef<HTMLButtonElement>(null);
  // What is set is in sight when the list opens: the buttons below act on it.
  useEffect(() => {
    if (set) tile.current?.scrollIntoView({ block: "nearest" });
  }, [set]);
  return (
    <button
      ref={tile}
      type="button"
      className="preset-tile"
      aria-pressed={set}
      onPointerEnter={() => onLook(preset)}
      onFocus={() => onLook(preset)}
      onBlur={() => onLook(null)}
      onClick={() => takePreset(preset).then(onDone, sayError)}
    >
      <Preview preset={preset} />
      <span className="preset-title">{preset.name}</span>
      {set && changed && <span className="preset-dirty">changed</span>}
      <span className="preset-marks">
        {preset.other && (
          <span className="badge">
            <Icon sign="loop" size={13} />
            Morph
          </span>
        )}
        {needs.map((kind) => (
          <span key={kind} className="badge">
            <Icon sign={kind === "midi" ? "keys" : kind} size={13} />
            <span className="hidden-text">Moved by {kind}</span>
          </span>
        ))}
      </span>
    </button>
  );
}

/** Where an arrow leads: along the row, or to the same place of the next one. */
function neighbour(tiles: HTMLElement[], from: Element | null, key: string): HTMLElement | undefined {
  const at = tiles.indexOf(from as HTMLElement);
  if (at < 0) return key === "ArrowDown" ? tiles[0] : undefined;
  if (key === "ArrowRight") return tiles[at + 1];
  if (key === "ArrowLeft") return tiles[at - 1];
  const here = tiles[at]!;
  const inColumn = tiles.filter((tile) => tile.offsetLeft === here.offsetLeft);
  const row = inColumn.indexOf(here);
  if (key === "ArrowDown") return inColumn[row + 1];
  if (key === "ArrowUp") return inColumn[row - 1];
  return key === "Home" ? tiles[0] : key === "End" ? tiles.at(-1) : undefined;
}
