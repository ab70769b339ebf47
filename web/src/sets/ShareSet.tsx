import { useState } from "react";
import { queries } from "../app/queries";
import { api, type Job, type Preset } from "../generated/api";
import { SET_SUFFIX } from "../kit/set-name";
import { JobLine } from "../panels/JobLine";
import { usePresets } from "../play/presets";
import { sayError, usePlay } from "../play/store";
import { Preview } from "../presets/Preview";
import { nameOf } from "./words";
import "./sets.css";

/** Presets that are chosen as one file, with all that they play. */
export default function ShareSet() {
  const instrument = usePlay((state) => state.details?.name ?? null);
  const set = usePlay((state) => state.preset?.id ?? null);
  const all = usePresets(instrument).data ?? [];
  const [touched, setTouched] = useState<Record<string, boolean>>({});
  const [name, setName] = useState("my-set");
  const [whole, setWhole] = useState(false);
  const [job, setJob] = useState<Job | null>(null);
  const [asking, setAsking] = useState(false);
  const isIn = ({ id, factory }: Preset) => touched[id] ?? (!factory || id === set);
  // The player's own come first: they are what others lack.
  const shown = [...all.filter(({ factory }) => !factory), ...all.filter(({ factory }) => factory)];
  const chosen = shown.filter(isIn);
  const begin = async () => {
    setAsking(true);
    try {
      setJob(await api.startJob({ kind: "share", presets: chosen.map(({ id }) => id), name: nameOf(name), with_bundles: whole }));
      void queries.invalidateQueries({ queryKey: ["jobs"] });
    } catch (error) {
      sayError(error);
    } finally {
      setAsking(false);
    }
  };
  return (
    <form
      className="stack"
      aria-label="Share presets"
      onSubmit={(event) => {
        event.preventDefault();
        void begin();
      }}
    >
      <p className="soft">The file carries the presets, and the recipes and models of your own that they play.</p>
      <ul className="set-presets" aria-label="Presets to share">
        {shown.map((preset) => (
          <li key={preset.id}>
            <label className="set-choice">
              <input
                type="checkbox"
                checked={isIn(preset)}
                onChange={(event) => setTouched({ ...touched, [preset.id]: event.target.checked })}
              />
              <Preview preset={preset} className="set-picture" />
              <span className="set-name">
                <b>{preset.name}</b>
                <span className="soft small">{preset.factory ? "ships with the program" : preset.line || "yours"}</span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      <label className="field">
        Name of the file
        <input type="text" required maxLength={60} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      <label className="check">
        <input type="checkbox" checked={whole} onChange={(event) => setWhole(event.target.checked)} />
        Models above 16 MB too; else they are named
      </label>
      <button type="submit" className="button main" disabled={asking || chosen.length === 0 || !nameOf(name)}>
        Make {nameOf(name) || "it"}
        {SET_SUFFIX}
      </button>
      {job && <JobLine key={job.id} job={job} />}
    </form>
  );
}
