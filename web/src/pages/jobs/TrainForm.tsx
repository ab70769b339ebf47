import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../generated/api";
import { Needs } from "../sheet/Needs";
import { useRequirement } from "../sheet/requirements";
import { Section } from "../sheet/Sheet";
import { changesOf } from "./forms";
import { NameField } from "./NameField";
import { useBegin } from "./useBegin";

/** A recipe as a model of the player's own. */
export function TrainForm() {
  const recipes = useQuery({
    queryKey: ["recipes"],
    queryFn: ({ signal }) => api.listTrainingRecipes(signal),
    staleTime: Infinity,
  });
  const { begin, sending, refused, forgetRefusal } = useBegin();
  const [recipe, setRecipe] = useState("");
  const chosen = recipes.data?.find((one) => one.recipe === recipe) ?? recipes.data?.[0];
  const requirement = useRequirement("train", chosen?.recipe);
  const [name, setName] = useState("");
  const [steps, setSteps] = useState("");
  const [threads, setThreads] = useState("0");
  const [changes, setChanges] = useState("");
  // A folder of one's own may be named among the changes; what is not installed stays so.
  const lacks = requirement !== undefined && requirement.missing.length > 0;
  return (
    <Section title="Train a model" line="A recipe becomes a model of your own." help="training">
      <form
        className="sheet-form"
        aria-label="Train a model"
        onChange={forgetRefusal}
        onSubmit={(event) => {
          event.preventDefault();
          if (!chosen) return;
          void begin({
            kind: "train",
            recipe: chosen.recipe,
            name: name.trim(),
            steps: steps.trim() === "" ? null : Number(steps),
            threads: Number(threads),
            changes: changesOf(changes),
          });
        }}
      >
        <Needs requirement={requirement} id="train-needs" />
        <label className="field">
          Recipe
          <select value={chosen?.recipe ?? ""} onChange={(event) => setRecipe(event.target.value)}>
            {recipes.data?.map((one) => (
              <option key={one.recipe} value={one.recipe}>
                {one.recipe}
              </option>
            ))}
          </select>
        </label>
        {chosen && <p className="soft">{chosen.description}</p>}
        <NameField label="Name of the new model" value={name} onChange={setName} />
        <details>
          <summary>Steps, threads, changes</summary>
          <div className="sheet-fields">
            <label className="field">
              Steps{chosen?.steps ? `, else ${chosen.steps}` : ""}
              <input
                type="number"
                min={1}
                max={10_000_000}
                value={steps}
                onChange={(event) => setSteps(event.target.value)}
              />
            </label>
            <label className="field">
              Threads, 0: its choice
              <input
                type="number"
                required
                min={0}
                max={64}
                value={threads}
                onChange={(event) => setThreads(event.target.value)}
              />
            </label>
          </div>
          <label className="field">
            Changes to the recipe, one to a line
            <textarea
              rows={3}
              spellCheck={false}
              placeholder={"latent=16\nbatch=16"}
              value={changes}
              onChange={(event) => setChanges(event.target.value)}
            />
          </label>
        </details>
        {refused && <p role="alert">{refused}</p>}
        <button
          type="submit"
          className="button main"
          disabled={sending || !chosen || lacks}
          aria-describedby={lacks ? "train-needs" : undefined}
        >
          Train
        </button>
      </form>
    </Section>
  );
}
