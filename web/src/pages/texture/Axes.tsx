import { useState } from "react";
import type { ControlCard } from "../../generated/api";
import { Segmented } from "../../kit/Segmented";
import { ControlSlider } from "../../panels/ControlSlider";
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
  // An axis that is set is never hidden.
  const shown = all || moved ? own : own.slice(0, FIRST_AXES);
  return (
    <div className="stack">
      <Starts bundle={bundle} />
      <p className="soft small">
        Directions in which the model&apos;s sounds differ most, found in its own weights (SeFa). They have no names:
        listen.
      </p>
      {groups.length > 1 && (
        <Segmented label="Where the axes were found" value={chosen} options={groups} onChange={setChosen} />
      )}
      <div className="axes">
        {shown.map((card) => (
          <ControlSlider key={card.name} card={{ ...card, unit: "" }} label={`Dimension ${card.name.split("/")[1]}`} />
        ))}
      </div>
      {own.length > FIRST_AXES && !moved && (
        <div>
          <button type="button" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? "Fewer dimensions" : `${own.length - FIRST_AXES} more dimensions`}
          </button>
        </div>
      )}
    </div>
  );
}
