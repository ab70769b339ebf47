import { useState, type FormEvent } from "react";
import { performBy } from "../face/performer";
import { api, type Preset } from "../generated/api";
import { Confirm } from "../kit/Confirm";
import { renamed } from "../play/edit";
import { presetsChanged, usePresets } from "../play/presets";
import { say, sayError, usePlay } from "../play/store";
import { asPreset } from "./as-preset";
import { NAME_FIELD } from "./name-field";
import { freeName, named } from "./names";
import { NEEDS, needsOf } from "./needs";

interface Props {
  /** under the pointer or the keys, else the one that is set */
  looked: Preset | null;
  chosen: Preset | null;
  changed: boolean;
}

/** One line about a preset, what it needs, and what can be done with one's own. */
export function PresetFoot({ looked, chosen, changed }: Props) {
  if (!looked) return <p className="preset-foot soft">Choose one: you hear it at once. Arrows go from one to the next.</p>;
  const needs = needsOf(looked, usePlay.getState().details?.senses ?? {});
  return (
    <div className="preset-foot">
      <p>{looked.line || looked.tags.join(", ") || looked.name}</p>
      {needs.map((kind) => (
        <div key={kind} className="row">
          <span className="soft">{NEEDS[kind]}.</span>
          {kind === "face" && looked.id === chosen?.id && (
            <>
              <button type="button" className="button" data-tip="Your picture never leaves this page." onClick={() => void performBy("camera").catch(sayError)}>
                Use the camera
              </button>
              <button type="button" className="button" onClick={() => void performBy("keys").catch(sayError)}>
                Use keys
              </button>
            </>
          )}
        </div>
      ))}
      {chosen && !chosen.factory && looked.id === chosen.id && <Own key={chosen.id} preset={chosen} changed={changed} />}
    </div>
  );
}

function Own({ preset, changed }: { preset: Preset; changed: boolean }) {
  const [doing, setDoing] = useState<"rename" | "delete" | null>(null);
  const [name, setName] = useState(preset.name);
  const update = () => {
    const now = asPreset(usePlay.getState(), preset);
    if (now) api.putPreset(preset.id, now).then(presetsChanged).then(() => say("info", `${preset.name} is what you hear now.`), sayError);
  };
  const all = usePresets(preset.patch.instrument).data ?? [];
  const rename = (event: FormEvent) => {
    event.preventDefault();
    const [same] = named(name, all.filter(({ id }) => id !== preset.id));
    if (same) {
      say("warning", `${same.name} is there already. Take another name, such as ${freeName(name, all)}.`);
      return;
    }
    const { tags, line, patch, other, morph, phrase } = preset;
    api
      .putPreset(preset.id, { name: name.trim(), tags, line, patch, other, morph, phrase })
      .then((kept) => {
        renamed(kept.id, kept.name);
        setDoing(null);
        return presetsChanged();
      })
      .catch(sayError);
  };
  const remove = () =>
    api
      .removePreset(preset.id)
      .then(() => {
        renamed(preset.id, null);
        return presetsChanged();
      })
      .catch(sayError);
  if (doing === "rename") {
    return (
      <form className="row" onSubmit={rename}>
        <input aria-label="New name" {...NAME_FIELD} value={name} onChange={(event) => setName(event.target.value)} />
        <button type="submit" className="button main">
          Rename
        </button>
        <button type="button" className="button ghost" onClick={() => setDoing(null)}>
          Cancel
        </button>
      </form>
    );
  }
  if (doing === "delete") {
    return (
      <Confirm
        question={`Delete ${preset.name}? This cannot be undone.`}
        onYes={() => void remove()}
        onKeep={() => setDoing(null)}
      />
    );
  }
  return (
    <div className="row">
      <button type="button" className="button" disabled={!changed} onClick={update}>
        Update
      </button>
      <button type="button" className="button" onClick={() => setDoing("rename")}>
        Rename
      </button>
      <button type="button" className="button ghost" onClick={() => setDoing("delete")}>
        Delete
      </button>
    </div>
  );
}
