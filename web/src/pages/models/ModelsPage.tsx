import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../generated/api";
import { Loading } from "../sheet/Loading";
import { Sheet } from "../sheet/Sheet";
import { ImportModel } from "./ImportModel";
import { ModelDetail } from "./ModelDetail";
import { ModelRow } from "./ModelRow";
import "./models.css";

/** What there is to play: each model, and what it tells of itself. */
export default function ModelsPage() {
  const models = useQuery({ queryKey: ["models"], queryFn: ({ signal }) => api.listModels(signal) });
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = chosen ?? models.data?.[0]?.name ?? null;
  return (
    <Sheet
      title="Models"
      line="Each file carries a space of sounds or pictures, its data and its licence. None of them runs code."
      help="studio#models"
      rail={
        <>
          {shown && <ModelDetail key={shown} name={shown} onRemoved={() => setChosen(null)} />}
          <ImportModel />
        </>
      }
    >
      {models.isPending && <Loading what="models" />}
      {models.error && <p role="alert">{models.error.message}</p>}
      {models.data?.length === 0 && <p className="sheet-empty">No models here. Import a .resonance file to play one.</p>}
      <ul className="models-list" aria-label="Models">
        {models.data?.map((model) => (
          <li key={model.name}>
            <ModelRow model={model} chosen={model.name === shown} onChoose={() => setChosen(model.name)} />
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
