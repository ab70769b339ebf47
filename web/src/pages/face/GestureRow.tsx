import { Suspense, useState } from "react";
import { part } from "../../app/part";
import { useFace } from "../../face/performer";
import type { ControlCard, InstrumentDetails } from "../../generated/api";
import { Icon } from "../../kit/Icon";
import { Popover } from "../../kit/Popover";
import { amount, controlTitle } from "../../kit/words";
import { FIRST_DEPTH } from "../../move/first";
import { setMove } from "../../play/edit";
import { usePlay } from "../../play/store";
import { lineValue, movedBy, type Gesture, type Moved } from "./gestures";
import { useGesture } from "./now";

const MovePanel = part(() => import("../../move/MovePanel"));

interface Props {
  gesture: Gesture;
  card: ControlCard;
  details: InstrumentDetails;
}

/** One gesture: how far it is, and what it moves, where that is now. */
export function GestureRow({ gesture, card, details }: Props) {
  const map = usePlay((state) => state.patch?.map);
  const moves = usePlay((state) => state.patch?.moves);
  const [open, setOpen] = useState<{ at: HTMLElement; control: ControlCard | null } | null>(null);
  const moved = movedBy(gesture.name, details, { map: map ?? {}, moves: moves ?? {} });
  const [first, ...more] = moved;
  const edit = (event: { currentTarget: HTMLElement }) =>
    setOpen({ at: event.currentTarget, control: first?.card ?? null });
  const choose = (control: ControlCard) => {
    setMove(control.name, { kind: "source", source: gesture.name, depth: FIRST_DEPTH });
    if (open) setOpen({ ...open, control });
  };
  return (
    <li className={first ? "gesture" : "gesture off"}>
      <span className="gesture-name" data-tip={card.description ? `${sentence(card.description)}.` : undefined}>
        {gesture.words}
      </span>
      <GestureMeter gesture={gesture} card={card} />
      <Icon sign="arrow" size={14} />
      <button
        type="button"
        className={first ? "gesture-moves" : "gesture-moves choose"}
        aria-label={first ? `${gesture.words} moves ${first.words}: change it` : `Choose what ${gesture.words} moves`}
        onClick={edit}
      >
        {first ? (
          <span>
            {first.words}
            {more.length > 0 && <span className="soft"> and {more.length} more</span>}
          </span>
        ) : (
          "Choose"
        )}
      </button>
      <span className="gesture-value">{first && <MovedValue moved={first} gesture={gesture} source={card} />}</span>
      {open?.control && (
        <Suspense>
          <MovePanel
            key={open.control.name}
            card={open.control}
            name={controlTitle(open.control.name)}
            at={open.at}
            onClose={() => setOpen(null)}
          />
        </Suspense>
      )}
      {open && !open.control && (
        <Popover label={`What ${gesture.words} moves`} at={open.at} onClose={() => setOpen((now) => (now?.control ? now : null))}>
          <div className="gesture-choices">
            {details.controls
              .filter(({ group }) => group !== "sensed")
              .map((control) => (
                <button key={control.name} type="button" className="menu-item" onClick={() => choose(control)}>
                  {controlTitle(control.name)}
                </button>
              ))}
          </div>
        </Popover>
      )}
    </li>
  );
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function GestureMeter({ gesture, card }: { gesture: Gesture; card: ControlCard }) {
  const value = useGesture(card.name, card.rest);
  // The bar goes where the drawn head goes; a camera's is drawn as in a mirror.
  const mirrored = useFace((state) => state.performer === "camera");
  const { words } = gesture;
  const turned = gesture.side === (mirrored ? 1 : -1);
  const [low, high] = turned ? [gesture.high, gesture.low] : [gesture.low, gesture.high];
  const both = gesture.low < 0;
  const part = (of: number) => Math.min(1, Math.max(0, (of - low) / (high - low)));
  const origin = both ? part(0) : 0;
  const [from, to] = [Math.min(origin, part(value)), Math.max(origin, part(value))];
  return (
    <div
      className="gesture-meter"
      role="meter"
      aria-label={words}
      aria-valuemin={card.low}
      aria-valuemax={card.high}
      aria-valuenow={Math.min(card.high, Math.max(card.low, Number(value.toFixed(3))))}
      aria-valuetext={amount(value, card)}
    >
      <i style={{ left: `${100 * from}%`, width: `${100 * (to - from)}%` }} />
      {both && <b />}
    </div>
  );
}

/** Of the control that is moved; of the gesture itself where it is what is listened to. */
function MovedValue({ moved, gesture, source }: { moved: Moved; gesture: Gesture; source: ControlCard }) {
  const { card, by, line } = moved;
  const value = useGesture(gesture.name, source.rest);
  const now = usePlay(({ moving, patch }) => moving[card.name] ?? patch?.controls[card.name] ?? card.rest);
  const held = usePlay(({ patch }) => patch?.controls[card.name] !== undefined);
  if (by === "move") return <>{amount(now, card)}</>;
  if (by === "listened") return <>{amount(value, card)}</>;
  const mapped = held ? now : line && lineValue(line, value, source, card);
  return mapped === null ? null : <>{amount(mapped, card)}</>;
}
