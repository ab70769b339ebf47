import { useState } from "react";
import type { ControlCard, InstrumentDetails } from "../../generated/api";
import { Controls } from "../../panels/Controls";

/** What a performer reaches for first, in this order; the rest is there on demand. */
const FIRST = ["energy", "pulse", "warmth", "edge", "drift_speed"];
const MOST = 5;
/** a switch of its own */
const ELSEWHERE = new Set(["picture_mirror"]);

/** Sliders, with what moves each beside the hand. */
export function Movement({ details }: { details: InstrumentDetails }) {
  const [all, setAll] = useState(false);
  const cards = details.controls.filter(({ group, name }) => group !== "place" && !ELSEWHERE.has(name));
  const first = FIRST.flatMap((name) => cards.filter((card) => card.name === name)).slice(0, MOST);
  const others = cards.filter((card) => !first.includes(card));
  return (
    <Controls
      title="Movement"
      cards={first.length > 0 ? first : others.slice(0, MOST)}
      help="vision"
      action={
        <button type="button" className="link" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Fewer" : `${others.length} more`}
        </button>
      }
    >
      {all && <More cards={others} />}
    </Controls>
  );
}

function More({ cards }: { cards: ControlCard[] }) {
  return <Controls title="All controls" cards={cards.map((card) => ({ ...card, unit: card.unit === "steps" ? "" : card.unit }))} pairs />;
}
