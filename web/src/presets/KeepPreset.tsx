import { useState, type FormEvent } from "react";
import { queries } from "../app/queries";
import { api } from "../generated/api";
import { recipeName } from "../kit/words";
import { presetsChanged } from "../play/presets";
import { say, sayError, usePlay } from "../play/store";
import { asPreset } from "./as-preset";
import { NAME_FIELD } from "./name-field";
import { useFirstFocus } from "./useFirstFocus";
import { useSetPreset } from "./useSetPreset";

/** A name for the sound as it is now: a preset of the player's own, or an instrument of its own. */
export default function KeepPreset({ onDone }: { onDone: () => void }) {
  const patch = usePlay((state) => state.patch);
  const { preset, changed } = useSetPreset();
  const field = useFirstFocus();
  const [name, setName] = useState("");
  const [tags, setTags] = useState("");
  if (!patch) return null;
  const own = preset && !preset.factory ? preset : null;
  const named = () => ({
    name: name.trim(),
    tags: tags.split(",").map((tag) => tag.trim()).filter(Boolean),
    line: "",
    phrase: preset?.phrase ?? null,
  });
  const save = (event: FormEvent) => {
    event.preventDefault();
    const made = asPreset(usePlay.getState(), named());
    if (!made) return;
    api
      .makePreset(made)
      .then((kept) => {
        usePlay.setState({ preset: { id: kept.id, name: kept.name } });
        say("info", `${kept.name} is kept.`);
        onDone();
        return presetsChanged();
      })
      .catch(sayError);
  };
  const update = () => {
    const now = own && asPreset(usePlay.getState(), own);
    if (!own || !now) return;
    api
      .putPreset(own.id, now)
      .then(() => {
        say("info", `${own.name} is what you hear now.`);
        onDone();
        return presetsChanged();
      })
      .catch(sayError);
  };
  const saveRecipe = () =>
    api
      .makeRecipe({ name: recipeName(name), patch })
      .then((card) => {
        say("info", `${card.title} is an instrument now.`);
        onDone();
        return queries.invalidateQueries({ queryKey: ["instruments"] });
      })
      .catch(sayError);
  return (
    <form className="stack" onSubmit={save}>
      {own && !changed && <p className="soft">This is {own.name}, as you kept it. Move something, and keep that too.</p>}
      {own && changed && (
        <button type="button" className="button" onClick={update}>
          Update {own.name}
        </button>
      )}
      <label className="field">
        Name
        <input ref={field} data-first {...NAME_FIELD} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      <label className="field">
        Tags, with commas
        <input maxLength={200} autoComplete="off" value={tags} onChange={(event) => setTags(event.target.value)} />
      </label>
      <div className="row">
        <button type="submit" className="button main">
          Keep as preset
        </button>
        <button type="button" className="button" disabled={!recipeName(name)} onClick={() => void saveRecipe()}>
          Keep as instrument
        </button>
      </div>
    </form>
  );
}
