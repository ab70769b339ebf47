import { useQuery } from "@tanstack/react-query";
import { queries } from "../../app/queries";
import { api } from "../../generated/api";
import { sayError } from "../../play/store";
import { readFacts } from "./facts";

/** Data, licence, figures of one model, after all checks. */
export function ModelDetail({ name, onRemoved }: { name: string; onRemoved: () => void }) {
  const found = useQuery({ queryKey: ["model", name], queryFn: ({ signal }) => api.getModel(name, signal) });
  if (found.error) return <p role="alert">{found.error.message}</p>;
  if (!found.data) return <p className="soft">Checking the model…</p>;
  const model = found.data;
  const { licence, command, data, metrics } = readFacts(model.facts);
  const remove = () =>
    api.removeModel(name).then(() => {
      onRemoved();
      return queries.invalidateQueries({ queryKey: ["models"] });
    }, sayError);
  return (
    <section className="card stack" aria-label={`Model ${name}`}>
      <h2>{name}</h2>
      <p>{model.description}</p>
      {model.broken && <p role="alert">{model.broken}</p>}
      {model.preview && (
        // A preview is a sound without words.
        // eslint-disable-next-line jsx-a11y/media-has-caption
        <audio controls preload="none" src={api.modelPreviewUrl(name)} aria-label={`Preview of ${name}`} />
      )}
      <dl className="facts">
        <dt>Kind</dt>
        <dd>
          {model.kind}, {model.family.replaceAll("_", " ")}
        </dd>
        <dt>Latent space</dt>
        <dd>
          {model.latent_size} numbers, {model.places} named places
        </dd>
        <dt>Size</dt>
        <dd>{(model.bytes / 1e6).toFixed(1)} MB</dd>
        <dt>Licence</dt>
        <dd>{model.licence || licence || "not told"}</dd>
        {command && (
          <>
            <dt>Made by</dt>
            <dd>
              <code>{command}</code>
            </dd>
          </>
        )}
      </dl>
      {data.length > 0 && (
        // A wide table is scrolled by keys too.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className="table-box" role="region" aria-label="Training data" tabIndex={0}>
          <table>
            <caption>What it was trained on</caption>
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
      )}
      {metrics.length > 0 && (
        <details>
          <summary>Figures of its training</summary>
          <dl className="facts">
            {metrics.map(([what, value]) => (
              <div key={what} className="fact">
                <dt>{what.replaceAll("_", " ")}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      {model.removable && (
        <div>
          <button type="button" className="bad" onClick={() => void remove()}>
            Delete this model
          </button>
        </div>
      )}
    </section>
  );
}
