import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { queries } from "../app/queries";
import { api, type Preset } from "../generated/api";
import { takePatch } from "../play/player";
import { recipeName } from "../kit/words";
import { say, sayError, usePlay } from "../play/store";

/** Sounds with names and tags. */
export default function Presets() {
  const patch = usePlay((state) => state.patch);
  const instrument = patch?.instrument ?? null;
  const [wanted, setWanted] = useState("");
  const found = useQuery({
    queryKey: ["presets", instrument],
    queryFn: ({ signal }) => api.listPresets({ instrument }, signal),
  });
  const changed = () => queries.invalidateQueries({ queryKey: ["presets"] });
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const text = (name: string) => {
      const value = given.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    const name = text("name");
    if (!patch || !name) return;
    const tags = text("tags").split(",").map((tag) => tag.trim()).filter(Boolean);
    api.makePreset({ name, tags, patch }).then(() => {
      form.reset();
      return changed();
    }, sayError);
  };
  const saveRecipe = (form: HTMLFormElement | null) => {
    if (!patch || !form?.reportValidity()) return;
    const given = new FormData(form).get("name");
    const name = recipeName(typeof given === "string" ? given : "");
    api.makeRecipe({ name, patch }).then((card) => {
      form.reset();
      say("info", `${card.title} is an instrument now.`);
      return queries.invalidateQueries({ queryKey: ["instruments"] });
    }, sayError);
  };
  const match = (preset: Preset) =>
    [preset.name, ...preset.tags].some((word) => word.toLowerCase().includes(wanted.toLowerCase()));
  const shown = found.data?.filter(match) ?? [];
  return (
    <div className="stack">
      <form className="card stack" onSubmit={save}>
        <h3>Keep the sound as it is now</h3>
        <label className="field">
          Name
          <input type="text" name="name" required maxLength={80} autoComplete="off" />
        </label>
        <label className="field">
          Tags, with commas
          <input type="text" name="tags" maxLength={200} autoComplete="off" />
        </label>
        <div className="row">
          <button type="submit" className="main">
            Save preset
          </button>
          <button type="button" onClick={(event) => saveRecipe(event.currentTarget.form)}>
            Save as recipe
          </button>
        </div>
      </form>
      {found.data && found.data.length > 0 && (
        <label className="field">
          Find
          <input type="search" value={wanted} onChange={(event) => setWanted(event.target.value)} />
        </label>
      )}
      {found.data?.length === 0 && <p className="soft">No preset of this instrument yet.</p>}
      <ul className="list">
        {shown.map((preset) => (
          <li key={preset.id}>
            <button type="button" className="list-main" onClick={() => takePatch(preset.patch).catch(sayError)}>
              <span>{preset.name}</span>
              {preset.tags.length > 0 && <span className="soft small">{preset.tags.join(", ")}</span>}
            </button>
            <button
              type="button"
              className="quiet square"
              aria-label={`Delete the preset ${preset.name}`}
              onClick={() => api.removePreset(preset.id).then(changed, sayError)}
            >
              ✕
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
