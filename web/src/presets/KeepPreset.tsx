import { useState, type FormEvent } from "react";
import { queries } from "../app/queries";
import { api } from "../generated/api";
import { recipeName } from "../kit/words";
import { presetsChanged } from "../play/presets";
import { say, sayError, usePlay } from "../play/store";

/** A name for the sound as it is now: a preset of the player's own, or an instrument of its own. */
export default function KeepPreset({ onDone }: { onDone: () => void }) {
  const patch = usePlay((state) => state.patch);
  const sides = usePlay((state) => state.sides);
  const morph = usePlay((state) => state.morph);
  const [name, setName] = useState("");
  const [tags, setTags] = useState("");
  if (!patch) return null;
  const save = (event: FormEvent) => {
    event.preventDefault();
    const words = tags.split(",").map((tag) => tag.trim()).filter(Boolean);
    const between = sides.b !== null && morph > 0 && morph < 1;
    api
      .makePreset({
        name: name.trim(),
        tags: words,
        line: "",
        patch: between ? (sides.a ?? patch) : patch,
        other: between ? sides.b : null,
        morph: between ? morph : 0,
      })
      .then((made) => {
        usePlay.setState({ preset: { id: made.id, name: made.name } });
        say("info", `${made.name} is kept.`);
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
      <label className="field">
        Name
        <input data-first required maxLength={80} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
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
