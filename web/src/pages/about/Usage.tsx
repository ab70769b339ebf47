import { useQuery } from "@tanstack/react-query";
import { queries } from "../../app/queries";
import { api } from "../../generated/api";
import { sayError } from "../../play/store";

/** What was used how often; only this machine knows. */
export function Usage() {
  const usage = useQuery({ queryKey: ["usage"], queryFn: ({ signal }) => api.listUsage(signal) });
  const forget = () =>
    api.forgetUsage().then(() => queries.invalidateQueries({ queryKey: ["usage"] }), sayError);
  if (!usage.data || usage.data.length === 0) return null;
  return (
    <section className="card stack" aria-label="Use">
      <h2>How often</h2>
      <p className="soft small">Counted on this machine, told to nobody.</p>
      <dl className="about-facts">
        {usage.data.slice(0, 20).map(({ what, count }) => (
          <div key={what} className="fact">
            <dt>{what.replaceAll("_", " ")}</dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
      <div>
        <button type="button" onClick={() => void forget()}>
          Begin anew
        </button>
      </div>
    </section>
  );
}
