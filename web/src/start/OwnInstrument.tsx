import { useState, type FormEvent } from "react";
import type { InstrumentCard } from "../generated/api";
import { Popover } from "../kit/Popover";
import { recipeName } from "../kit/words";
import { removeInstrument, renameInstrument } from "../play/own-instruments";
import { usePresets } from "../play/presets";
import { say, sayError } from "../play/store";
import { whatGoes } from "./what-goes";

interface Props {
  card: InstrumentCard;
  at: HTMLElement;
  onClose: () => void;
  onRemoved: () => void;
}

/** An instrument of the player's own: another name for it, or its end, which is asked about first. */
export function OwnInstrument({ card, at, onClose, onRemoved }: Props) {
  const [name, setName] = useState(card.title);
  const [asking, setAsking] = useState(false);
  const presets = usePresets(card.name).data?.filter(({ factory }) => !factory).length;
  const wanted = recipeName(name);
  const rename = (event: FormEvent) => {
    event.preventDefault();
    renameInstrument(card.name, wanted).then((made) => {
      say("info", `${card.title} is ${made.title} now.`);
      onClose();
    }, sayError);
  };
  const remove = () =>
    removeInstrument(card.name).then(() => {
      say("info", `${card.title} is deleted.`);
      onRemoved();
    }, sayError);
  return (
    <Popover label={card.title} at={at} onClose={onClose}>
      {asking ? (
        <div className="stack">
          <p>{whatGoes(card.title, presets ?? 0)}</p>
          <div className="row">
            <button type="button" className="button bad" disabled={presets === undefined} onClick={() => void remove()}>
              Delete {card.title}
            </button>
            <button type="button" className="button" data-first onClick={() => setAsking(false)}>
              Keep it
            </button>
          </div>
        </div>
      ) : (
        <form className="stack" onSubmit={rename}>
          <label className="field">
            Name
            <input data-first maxLength={60} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
          </label>
          <div className="row">
            <button type="submit" className="button main" disabled={!wanted || wanted === card.name}>
              Rename
            </button>
            <button type="button" className="button ghost" onClick={() => setAsking(true)}>
              Delete…
            </button>
          </div>
        </form>
      )}
    </Popover>
  );
}
