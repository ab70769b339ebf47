import { useQuery } from "@tanstack/react-query";
import { queries } from "../../app/queries";
import { api } from "../../generated/api";
import { sayError } from "../../play/store";
import { Facts, Section } from "../sheet/Sheet";

const MOST = 20;

/** What was used how often; only this machine knows. */
export function Usage() {
  const usage = useQuery({ queryKey: ["usage"], queryFn: ({ signal }) => api.listUsage(signal) });
  const forget = () =>
    api.forgetUsage().then(() => queries.invalidateQueries({ queryKey: ["usage"] }), sayError);
  if (!usage.data || usage.data.length === 0) return null;
  return (
    <Section
      title="How often"
      line="Counted on this machine, told to nobody."
      action={
        <button type="button" className="button ghost" onClick={() => void forget()}>
          Begin anew
        </button>
      }
    >
      <Facts rows={usage.data.slice(0, MOST).map(({ what, count }) => [what.replaceAll("_", " "), count] as const)} />
    </Section>
  );
}
