import { useId } from "react";
import { performBy, useFace } from "../face/performer";
import type { ControlCard, InstrumentDetails, MapEntry } from "../generated/api";
import { sourceTitle } from "../kit/words";
import { awaitKnob, canMidi, openMidi } from "../midi/input";
import { knobsOffered, linesInForce, moverOf, sourcesIn, wholeRange } from "../play/map";
import { release, setLine } from "../play/player";
import { say, sayError, usePlay } from "../play/store";

const NEXT_KNOB = "next knob";

interface Props {
  card: ControlCard;
  /** as the player reads it */
  name: string;
  details: InstrumentDetails;
  onDone: () => void;
}

/** What moves a control, through which range, and whether a hand holds it. */
export function MoveWith({ card, name, details, onDone }: Props) {
  const chosen = usePlay((state) => state.patch?.map);
  const held = usePlay((state) => state.patch?.controls[card.name] !== undefined);
  const performer = useFace((state) => state.performer);
  const id = useId();
  const lines = linesInForce(details.map, chosen ?? {});
  const line = moverOf(card.name, lines);
  const source = line?.from[0] ?? "";
  const { face = [], midi = [] } = details.senses;
  const plain = midi.filter((one) => !/^cc\d+$/.test(one.name)).map((one) => one.name);
  const ofFace = line?.from.some((from) => face.some((one) => one.name === from)) ?? false;
  const choose = (next: string) => {
    if (!next) {
      setLine(card.name, null);
      onDone();
      return;
    }
    if (next === NEXT_KNOB) {
      say("info", `Turn a knob to move ${name}.`);
      awaitKnob((found) => setLine(card.name, wholeRange(found, card)));
      return;
    }
    setLine(card.name, wholeRange(next, card));
    if (!face.some((one) => one.name === next)) {
      openMidi().catch(() => say("warning", "The browser did not allow MIDI devices."));
    }
  };
  const option = (one: string) => (
    <option key={one} value={one}>
      {sourceTitle(one)}
    </option>
  );
  return (
    <fieldset className="move-with" aria-label={`What moves ${name}`}>
      <label htmlFor={id}>Move with</label>
      <select id={id} value={source} onChange={(event) => choose(event.target.value)}>
        <option value="">None</option>
        <optgroup label="Face">{face.map((one) => option(one.name))}</optgroup>
        {canMidi() && (
          <optgroup label="MIDI">
            <option value={NEXT_KNOB}>The knob that is turned next</option>
            {[...plain, ...knobsOffered(sourcesIn(lines))].map(option)}
          </optgroup>
        )}
      </select>
      {line && (
        <>
          <End key={`low ${line.low}`} label="From" name={name} card={card} line={line} end="low" />
          <End key={`high ${line.high}`} label="To" name={name} card={card} line={line} end="high" />
          {held && (
            <button type="button" className="small" onClick={() => release([card.name])}>
              Let {sourceTitle(source)} move it
            </button>
          )}
          {ofFace && performer === "sliders" && (
            <span className="row small">
              <button type="button" onClick={() => void performBy("camera").catch(sayError)}>
                Open the camera
              </button>
              <button type="button" onClick={() => void performBy("keys").catch(sayError)}>
                Use the keys M, B, J, L
              </button>
            </span>
          )}
        </>
      )}
    </fieldset>
  );
}

interface EndProps {
  label: string;
  name: string;
  card: ControlCard;
  line: MapEntry;
  end: "low" | "high";
}

/** Where a control stands at one end of what moves it. */
function End({ label, name, card, line, end }: EndProps) {
  const value = line[end] ?? card[end];
  const take = (text: string) => {
    const next = Number(text);
    if (text.trim() === "" || !Number.isFinite(next) || next === value) return;
    setLine(card.name, { ...line, [end]: Math.min(Math.max(next, card.low), card.high) });
  };
  return (
    <label className="row small">
      {label}
      <input
        type="number"
        step="any"
        min={card.low}
        max={card.high}
        defaultValue={value}
        aria-label={`${name}: ${end === "low" ? "lowest" : "highest"} value`}
        onBlur={(event) => take(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && take(event.currentTarget.value)}
      />
    </label>
  );
}
