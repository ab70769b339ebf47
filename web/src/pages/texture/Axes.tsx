import { useState } from "react";
import type { ControlCard } from "../../generated/api";
import { ToggleGroup } from "../../kit/ToggleGroup";
import { ControlSlider } from "../../panels/ControlSlider";

const KNOWN: Record<string, string> = { pca: "Main axes", all: "All layers" };

/** Directions that the model itself has, by where they were found. */
export function Axes({ cards }: { cards: ControlCard[] }) {
  const groups = [...new Set(cards.map((card) => card.name.split("/")[0] ?? ""))];
  const [chosen, setChosen] = useState(groups[0] ?? "");
  const shown = cards.filter((card) => card.name.startsWith(`${chosen}/`));
  return (
    <div className="stack">
      <p className="soft small">
        Directions in which the model&apos;s sounds differ most, found in the model itself. They have no names: listen.
      </p>
      {groups.length > 1 && (
        <ToggleGroup
          label="Where the axes were found"
          value={chosen}
          options={groups.map((value) => ({ value, label: KNOWN[value] ?? value }))}
          onChange={setChosen}
        />
      )}
      <div className="axes">
        {shown.map((card) => (
          <ControlSlider key={card.name} card={{ ...card, unit: "" }} label={`Axis ${card.name.split("/")[1]}`} />
        ))}
      </div>
    </div>
  );
}
