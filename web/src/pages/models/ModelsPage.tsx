import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type ModelCard } from "../../generated/api";
import { ImportModel } from "./ImportModel";
import { ModelDetail } from "./ModelDetail";
import "./models.css";

/** What there is to play: each model, and what it tells of itself. */
export default function ModelsPage() {
  const models = useQuery({ queryKey: ["models"], queryFn: ({ signal }) => api.listModels(signal) });
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = chosen ?? models.data?.[0]?.name ?? null;
  return (
    <>
      <div className="stage-head">
        <h1>Models</h1>
        <p className="soft">Files that carry a latent space, its data and its licence. None of them runs code.</p>
      </div>
      <div className="models">
        <div className="stack">
          <ul className="list">
            {models.data?.map((model) => (
              <li key={model.name}>
                <button
                  type="button"
                  className="list-main model-card"
                  aria-pressed={model.name === shown}
                  onClick={() => setChosen(model.name)}
                >
                  <b>{model.name}</b>
                  <span className="soft small">{line(model)}</span>
                </button>
              </li>
            ))}
          </ul>
          {models.error && <p role="alert">{models.error.message}</p>}
          <ImportModel />
        </div>
        {shown && <ModelDetail key={shown} name={shown} onRemoved={() => setChosen(null)} />}
      </div>
    </>
  );
}

function line(model: ModelCard): string {
  if (model.broken) return model.broken;
  return `${model.family.replaceAll("_", " ")}, ${model.latent_size} numbers, ${model.places} named places`;
}
