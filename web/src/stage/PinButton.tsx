import type { ControlCard } from "../generated/api";
import { Icon } from "../kit/Icon";
import { usePlay } from "../play/store";
import { MOST_PINS, pinnedOf, togglePin, usePins } from "./pins";

/** Whether a control stands on the stage. */
export function PinButton({ card }: { card: ControlCard }) {
  const details = usePlay((state) => state.details);
  const chosen = usePins((state) => state.chosen);
  if (!details) return null;
  const pinned = pinnedOf(chosen, details.name, details.controls).some(({ name }) => name === card.name);
  return (
    <button
      type="button"
      className="button ghost"
      aria-pressed={pinned}
      data-tip={`Shown in stage mode (S); at most ${MOST_PINS} controls are.`}
      onClick={() => togglePin(details.name, details.controls, card.name)}
    >
      <Icon sign="pin" size={15} />
      {pinned ? "On the stage" : "Pin to the stage"}
    </button>
  );
}
