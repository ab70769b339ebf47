import { useState } from "react";
import type { ControlCard } from "../generated/api";
import type { Movement } from "../generated/wire";
import { Popover } from "../kit/Popover";
import { Segmented } from "../kit/Segmented";
import { setLine, setMove } from "../play/edit";
import { moverOf as lineOf, linesInForce } from "../play/map";
import { usePlay } from "../play/store";
import { PinButton } from "../stage/PinButton";
import { KeyButton } from "./KeyButton";
import { HandEditor } from "./HandEditor";
import { LfoEditor } from "./LfoEditor";
import { SourceEditor } from "./SourceEditor";
import { kindOfSource, type Senses } from "./sources";
import "./move.css";

const TABS = [
  { value: "lfo", label: "LFO" },
  { value: "hand", label: "By hand" },
  { value: "sound", label: "Sound" },
  { value: "face", label: "Face" },
  { value: "midi", label: "MIDI" },
] as const;

type Tab = (typeof TABS)[number]["value"];

interface Props {
  card: ControlCard;
  name: string;
  at: HTMLElement;
  onClose: () => void;
}

/** What moves a control beside the hand. */
export default function MovePanel({ card, name, at, onClose }: Props) {
  const move = usePlay((state) => state.patch?.moves[card.name] ?? null);
  const line = usePlay(({ details, patch }) =>
    details ? lineOf(card.name, linesInForce(details.map, patch?.map ?? {})) : null,
  );
  const [tab, setTab] = useState<Tab>(() => tabOf(move, line?.from[0], usePlay.getState().details?.senses ?? {}));
  const change = (next: Movement) => setMove(card.name, next);
  const remove = () => {
    if (move) setMove(card.name, null);
    else setLine(card.name, null);
    onClose();
  };
  return (
    <Popover label={`What moves ${name}`} at={at} onClose={onClose} className="move-panel">
      <div className="wide-segmented">
        <Segmented label="Moved by" value={tab} options={TABS} onChange={setTab} />
      </div>
      {tab === "lfo" && <LfoEditor move={move?.kind === "lfo" ? move : null} onChange={change} />}
      {tab === "hand" && <HandEditor name={name} move={move?.kind === "hand" ? move : null} onChange={change} />}
      {(tab === "sound" || tab === "face" || tab === "midi") && (
        <SourceEditor
          kind={tab}
          card={card}
          name={name}
          move={move?.kind === "source" ? move : null}
          line={move ? null : line}
          onChange={change}
        />
      )}
      <div className="move-end">
        <PinButton card={card} />
        <KeyButton card={card} name={name} />
        {(move ?? line) && (
          <button type="button" className="button ghost" onClick={remove}>
            Remove
          </button>
        )}
      </div>
    </Popover>
  );
}

function tabOf(move: Movement | null, source: string | undefined, senses: Senses): Tab {
  if (move && move.kind !== "source") return move.kind;
  const from = move?.source ?? source;
  return from ? kindOfSource(from, senses) : "lfo";
}
