import { useQuery } from "@tanstack/react-query";
import { api, type ModelDetails } from "../../generated/api";
import { CopyCommand } from "../sheet/CopyCommand";
import { Loading } from "../sheet/Loading";
import { Needs } from "../sheet/Needs";
import { useRequirement } from "../sheet/requirements";
import { Facts, Section } from "../sheet/Sheet";
import { DeleteModel } from "./DeleteModel";
import { readFacts } from "./facts";
import { PlayModel } from "./PlayModel";

/** Data, licence, figures of one model, after all checks. */
export function ModelDetail({ name, onRemoved }: { name: string; onRemoved: () => void }) {
  const found = useQuery({ queryKey: ["model", name], queryFn: ({ signal }) => api.getModel(name, signal) });
  return (
    <Section title={name} busy={found.isPending}>
      {found.error && <p role="alert">{found.error.message}</p>}
      {found.isPending && <Loading what="this model" />}
      {found.data && <Told model={found.data} onRemoved={onRemoved} />}
    </Section>
  );
}

function Told({ model, onRemoved }: { model: ModelDetails; onRemoved: () => void }) {
  const { licence, command, data, metrics } = readFacts(model.facts);
  const measuring = useRequirement("evaluate");
  return (
    <>
      <p>{model.description}</p>
      {model.broken && <p role="alert">{model.broken}</p>}
      <div className="row">
        <PlayModel model={model} />
        {model.removable && <DeleteModel name={model.name} onRemoved={onRemoved} />}
      </div>
      {model.preview && (
        // A preview is a sound without words.
        // eslint-disable-next-line jsx-a11y/media-has-caption
        <audio controls preload="none" src={api.modelPreviewUrl(model.name)} aria-label={`Preview of ${model.name}`} />
      )}
      <Facts
        rows={[
          ["Makes", model.kind === "image" ? "pictures" : "sounds"],
          ["Network", model.family.replaceAll("_", " ")],
          ["Latent space", `${model.latent_size} numbers, ${model.places} named places`],
          ["Size", `${(model.bytes / 1e6).toFixed(1)} MB`],
          ["Licence", model.licence || licence || "not told"],
          ...(command ? [["Made by", <code key="command">{command}</code>] as const] : []),
        ]}
      />
      {data.length > 0 && (
        <details>
          <summary>What it was trained on</summary>
          {/* A wide table is scrolled by keys too. */}
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <div className="models-table" role="region" aria-label="Training data" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">Source</th>
                  <th scope="col">Clips</th>
                  <th scope="col">Licence</th>
                </tr>
              </thead>
              <tbody>
                {data.map((row, k) => (
                  <tr key={k}>
                    <td>{row.attribution || row.source}</td>
                    <td>{row.clips}</td>
                    <td>{row.licence}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
      {metrics.length > 0 && (
        <details>
          <summary>Figures of its training</summary>
          <Facts rows={metrics.map(([what, value]) => [what.replaceAll("_", " "), value] as const)} />
        </details>
      )}
      <details>
        <summary>How good it is</summary>
        <p className="soft">A report with charts is made in a terminal, and takes some minutes.</p>
        {measuring?.ready === false ? (
          <Needs requirement={measuring} />
        ) : (
          <CopyCommand command={`resonance evaluate ${model.name}`} />
        )}
      </details>
    </>
  );
}
