import { useState } from "react";
import { api, type Preset } from "../generated/api";
import { Icon } from "../kit/Icon";
import { presetsChanged, takePreset, usePresets } from "../play/presets";
import { sayError, usePlay } from "../play/store";

/** Sounds with names: those that ship, and the player's own. */
export default function PresetBrowser({ onDone }: { onDone: () => void }) {
  const instrument = usePlay((state) => state.details?.name ?? null);
  const chosen = usePlay((state) => state.preset?.id);
  const [wanted, setWanted] = useState("");
  const found = usePresets(instrument);
  const match = (preset: Preset) =>
    [preset.name, preset.line, ...preset.tags].some((word) => word.toLowerCase().includes(wanted.toLowerCase().trim()));
  const shown = found.data?.filter(match) ?? [];
  const own = shown.filter(({ factory }) => !factory);
  const list = (presets: Preset[]) => (
    <ul className="preset-list">
      {presets.map((preset) => (
        <li key={preset.id}>
          <button
            type="button"
            className="preset-line"
            aria-pressed={preset.id === chosen}
            onClick={() => takePreset(preset).then(onDone, sayError)}
          >
            <b>{preset.name}</b>
            <span className="soft small">{preset.line || preset.tags.join(", ")}</span>
          </button>
          {!preset.factory && (
            <button
              type="button"
              className="icon-button"
              aria-label={`Delete ${preset.name}`}
              onClick={() => void api.removePreset(preset.id).then(presetsChanged, sayError)}
            >
              <Icon sign="close" size={15} />
            </button>
          )}
        </li>
      ))}
    </ul>
  );
  return (
    <div className="stack">
      <input
        data-first
        type="search"
        placeholder="Find a preset"
        aria-label="Find a preset"
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
      />
      {list(shown.filter(({ factory }) => factory))}
      <h3>Yours</h3>
      {own.length > 0 ? list(own) : <p className="soft">No presets of your own yet. Find a sound you like, then press the heart above.</p>}
    </div>
  );
}
