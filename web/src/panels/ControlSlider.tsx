import { useState } from "react";
import type { ControlCard } from "../generated/api";
import { Slider } from "../kit/Slider";
import { amount, controlTitle } from "../kit/words";
import { beginGesture, endGesture, setControls } from "../play/player";
import { usePlay } from "../play/store";
import { linesInForce, moverOf } from "../play/map";
import { ControlMenu } from "./ControlMenu";
import { MoveWith } from "./MoveWith";
import { fromTravel, isWide, toTravel } from "./travel";

/** One control: a slider that shows its value, with MIDI and key of its own. */
export function ControlSlider({ card, label }: { card: ControlCard; label?: string }) {
  const value = usePlay((state) => state.patch?.controls[card.name] ?? card.rest);
  const details = usePlay((state) => state.details);
  const chosen = usePlay((state) => state.patch?.map);
  const [asks, setAsks] = useState(false);
  const wide = isWide(card);
  const name = label ?? controlTitle(card.name);
  const moved = details !== null && moverOf(card.name, linesInForce(details.map, chosen ?? {})) !== null;
  return (
    <>
    <Slider
      id={`control-${card.name}`}
      label={name}
      hint={card.description}
      low={wide ? 0 : card.low}
      high={wide ? 1 : card.high}
      value={wide ? toTravel(card, value) : value}
      rest={wide ? toTravel(card, card.rest) : card.rest}
      shown={amount(value, card.low, card.high, card.unit)}
      menu={<ControlMenu card={card} name={name} onMoveWith={() => setAsks(true)} />}
      onBegin={beginGesture}
      onChange={(next) => setControls({ [card.name]: wide ? fromTravel(card, next) : next })}
      onEnd={endGesture}
    />
      {details && (asks || moved) && (
        <MoveWith card={card} name={name} details={details} onDone={() => setAsks(false)} />
      )}
    </>
  );
}
