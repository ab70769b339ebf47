import { useState } from "react";
import { queries } from "../app/queries";
import { api, type Preset } from "../generated/api";
import { recipeName } from "../kit/words";
import { presetsChanged, presetsQuery } from "../play/presets";
import { say, sayError, usePlay } from "../play/store";
import { asPreset } from "./as-preset";
import { NAME_FIELD } from "./name-field";
import { freeName, named } from "./names";
import { useFirstFocus } from "./useFirstFocus";
import { useSetPreset } from "./useSetPreset";

interface Taken {
  name: string;
  /** what can be replaced; null: it ships */
  mine: Preset | null;
  /** what it can be called beside it */
  free: string;
}

/** A name for the sound as it is now: a preset of the player's own, or an instrument of its own. */
export default function KeepPreset({ onDone }: { onDone: () => void }) {
  const patch = usePlay((state) => state.patch);
  const { preset, changed } = useSetPreset();
  const field = useFirstFocus();
  const [name, setName] = useState("");
  const [tags, setTags] = useState("");
  const [taken, setTaken] = useState<Taken | null>(null);
  if (!patch) return null;
  const own = preset && !preset.factory ? preset : null;
  const made = (called: string, over: Preset | null) => {
    const given = tags.split(",").map((tag) => tag.trim()).filter(Boolean);
    return asPreset(usePlay.getState(), {
      name: called,
      tags: given.length > 0 ? given : (over?.tags ?? []),
      line: over?.line ?? "",
      phrase: preset?.phrase ?? null,
    });
  };
  const keep = async (called: string, over: Preset | null = null) => {
    const now = made(called, over);
    if (!now) return;
    const kept = await (over ? api.putPreset(over.id, now) : api.makePreset(now));
    usePlay.setState({ preset: { id: kept.id, name: kept.name } });
    say("info", `${kept.name} is kept.`);
    onDone();
    await presetsChanged();
  };
  /** A name that is there already is asked about first. */
  const save = async () => {
    const all = await queries.fetchQuery({ ...presetsQuery(patch.instrument), staleTime: 0 });
    const same = named(name, all);
    if (same.length === 0) return keep(name.trim());
    const mine = same.find(({ id }) => id === own?.id) ?? same.find(({ factory }) => !factory) ?? null;
    setTaken({ mine, name: same[0]!.name, free: freeName(name, all) });
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
  const rename = (next: string) => {
    setName(next);
    setTaken(null);
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
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        save().catch(sayError);
      }}
    >
      {own && !changed && <p className="soft">This is {own.name}, as you kept it. Move something, and keep that too.</p>}
      {own && changed && (
        <button type="button" className="button" onClick={update}>
          Update {own.name}
        </button>
      )}
      <label className="field">
        Name
        <input ref={field} data-first {...NAME_FIELD} autoComplete="off" value={name} onChange={(event) => rename(event.target.value)} />
      </label>
      <label className="field">
        Tags, with commas
        <input maxLength={200} autoComplete="off" value={tags} onChange={(event) => setTags(event.target.value)} />
      </label>
      {taken && (
        <div className="stack" role="alert">
          <span>{taken.mine ? `You have ${taken.mine.name} already.` : `${taken.name} ships with the studio.`}</span>
          <div className="row">
            {taken.mine && (
              <button type="button" className="button bad" onClick={() => void keep(taken.mine!.name, taken.mine).catch(sayError)}>
                Replace {taken.mine.name}
              </button>
            )}
            <button type="button" className="button" onClick={() => void keep(taken.free).catch(sayError)}>
              Keep as {taken.free}
            </button>
          </div>
        </div>
      )}
      <div className="row">
        <button type="submit" className="button main" disabled={taken !== null}>
          Keep as preset
        </button>
        <button type="button" className="button" disabled={!recipeName(name)} onClick={() => void saveRecipe()}>
          Keep as instrument
        </button>
      </div>
    </form>
  );
}
