import { Suspense, useState } from "react";
import { part } from "../app/part";
import { isAway, useFace } from "../face/performer";
import type { ControlCard } from "../generated/api";
import { Control } from "../kit/Control";
import { fromTravel, originOf, toTravel } from "../kit/travel";
import { amount, controlEnds, controlTitle, readAmount } from "../kit/words";
import { moverOf } from "../move/mover";
import { beginGesture, endGesture, setControls } from "../play/edit";
import { usePlay } from "../play/store";

const MovePanel = part(() => import("../move/MovePanel"));

interface Props {
  card: ControlCard;
  /** another name than its own */
  label?: string | undefined;
  /** before its id, where the same control stands twice */
  where?: string | undefined;
}

const NO_SENSES = {};

/** One control of the instrument: by hand, and by what moves it. */
export function ControlSlider({ card, label, where = "" }: Props) {
  const value = usePlay((state) => state.patch?.controls[card.name] ?? card.rest);
  const now = usePlay((state) => state.moving[card.name]);
  const moves = usePlay((state) => state.patch?.moves[card.name]);
  const lines = usePlay((state) => state.patch?.map);
  const own = usePlay((state) => state.details?.map);
  const senses = usePlay((state) => state.details?.senses) ?? NO_SENSES;
  const away = useFace(isAway);
  const [at, setAt] = useState<HTMLElement | null>(null);
  const name = label ?? controlTitle(card.name);
  const travel = toTravel(card, value);
  const mover = moverOf(card, travel, { moves, lines, own, senses, away });
  return (
    <>
      <Control
        id={`${where}control-${card.name}`}
        label={name}
        hint={card.description}
        ends={controlEnds(card.name)}
        travel={travel}
        rest={toTravel(card, card.rest)}
        origin={originOf(card)}
        shown={amount(value, card)}
        read={(text) => {
          const read = readAmount(text, card);
          return read === null ? null : toTravel(card, read);
        }}
        now={mover && now !== undefined ? toTravel(card, now) : null}
        range={mover?.range}
        badge={mover?.badge}
        onMovement={setAt}
        onBegin={beginGesture}
        onChange={(next) => setControls({ [card.name]: fromTravel(card, next) })}
        onEnd={endGesture}
      />
      {at && (
        <Suspense>
          <MovePanel card={card} name={name} at={at} onClose={() => setAt(null)} />
        </Suspense>
      )}
    </>
  );
}
