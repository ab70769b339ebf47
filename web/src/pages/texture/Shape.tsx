import type { InstrumentDetails } from "../../generated/api";
import { Controls } from "../../panels/Controls";
import { Settle } from "./Settle";

/** Sliders with a meaning, whatever the place. */
export function Shape({ details }: { details: InstrumentDetails }) {
  const cards = details.controls.filter(({ group }) => group === "meaning");
  if (cards.length === 0) return null;
  return <Controls title="Shape" cards={cards} help="texture#sliders" action={<Settle />} />;
}
