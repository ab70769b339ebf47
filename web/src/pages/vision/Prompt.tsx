import type { InstrumentDetails } from "../../generated/api";

/** Words that become a place. */
export function Prompt({ details }: { details: InstrumentDetails }) {
  return details ? null : null;
}
