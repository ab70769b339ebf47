import { useState } from "react";
import type { ControlCard } from "../../generated/api";
import { Segmented } from "../../kit/Segmented";
import { Controls } from "../../panels/Controls";
import { usePlay } from "../../play/store";
import { axisGroups, FIRST_AXES } from "./axes";
import { Starts } from "./Starts";

/** Directions that the model itself has, by the layers in which they were found. */
export function Axes({ cards, bundle }: { cards: ControlCard[]; bundle: string }) {
  const groups = axisGroups(cards);
  const [chosen, setChosen] = useState(groups[0]?.value ?? "");
  const [all, setAll] = useState(false);
  const own = cards.filter((card) => card.name.startsWith(`${chosen}/`));
  const moved = usePlay((state) =>
    own.slice(FIRST_AXES).some(({ name, rest }) => (state.patch?.controls[name] ?? rest) !== rest),
  );
  // A direction that is set is never hidden.
  const shown = all || moved ? own : own.slice(0, FIRST_AXES);
  const labels = Object.fromEntries(shown.map(({ name }) => [name, `Direction ${name.split("/")[1]}`]));
  return (
    <Controls
      title="More directions"
      cards={shown.map((card) => ({ ...card, unit: "" }))}
      pairs
      labels={labels}
      action={
        own.length > FIRST_AXES &&
        !moved && (
          <button type="button" className="link" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? "Fewer" : `${own.length - FIRST_AXES} more`}
          </button>
        )
      }
    >
      {groups.length > 1 && (
        <div className="texture-axes">
          <Segmented label="Where the directions were found" value={chosen} options={groups} onChange={setChosen} />
        </div>
      )}
      <p className="soft small">The ways in which this model&apos;s sounds differ most. They have no names: listen.</p>
      <Starts bundle={bundle} />
    </Controls>
  );
}
