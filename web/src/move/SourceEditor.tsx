import { performBy, useFace } from "../face/performer";
import type { ControlCard, MapEntry } from "../generated/api";
import type { Movement, SourceMovement } from "../generated/wire";
import { amount, controlTitle } from "../kit/words";
import { awaitKnob, canMidi, learn, openMidi } from "../midi/input";
import { knobsOffered, linesInForce, sourcesIn } from "../play/map";
import { say, sayError, usePlay } from "../play/store";
import { FIRST_DEPTH } from "./first";
import { DepthControl } from "./Length";
import type { SourceKind } from "./sources";
import { kindOfSource, sourcesOf } from "./sources";
import { SoundInput } from "./SoundInput";

interface Props {
  kind: SourceKind;
  card: ControlCard;
  name: string;
  move: SourceMovement | null;
  /** one of the instrument's map, which moves it instead */
  line: MapEntry | null;
  onChange: (move: Movement) => void;
}

/** A face, a MIDI device or a sound moves it. */
export function SourceEditor({ kind, card, name, move, line, onChange }: Props) {
  const details = usePlay((state) => state.details);
  const map = usePlay((state) => state.patch?.map);
  const performer = useFace((state) => state.performer);
  if (!details) return null;
  const used = sourcesIn(linesInForce(details.map, map ?? {}));
  const given = sourcesOf(kind, details.senses).map((one) => one.name);
  const sources = kind === "midi" ? [...given.filter((one) => !one.startsWith("cc")), ...knobsOffered(used)] : given;
  const chosen = move && kindOfSource(move.source, details.senses) === kind ? move.source : null;
  const choose = (source: string) => {
    onChange({ kind: "source", source, depth: move?.depth ?? FIRST_DEPTH });
    if (kind === "midi") openMidi().catch(() => say("warning", "The browser did not allow MIDI devices."));
  };
  const nextKnob = () => {
    say("info", `Turn a knob to move ${name}.`);
    awaitKnob(choose);
  };
  const learnKnob = () => {
    say("info", `Turn the knob that shall set ${name}.`);
    learn(`${details.name}/${card.name}`, name);
  };
  return (
    <>
      {kind === "midi" && !canMidi() && <p className="soft">This browser has no MIDI. Chrome, Edge and Firefox do.</p>}
      <div className="chips move-sources" role="group" aria-label="Source">
        {sources.map((source) => (
          <button key={source} type="button" aria-pressed={source === chosen} onClick={() => choose(source)}>
            {controlTitle(source)}
          </button>
        ))}
      </div>
      {kind === "midi" && canMidi() && (
        <div className="row">
          <button type="button" className="button" onClick={nextKnob}>
            Turn a knob
          </button>
          <button type="button" className="button ghost" data-tip="The knob's position becomes the set value." onClick={learnKnob}>
            Learn: the knob sets it
          </button>
        </div>
      )}
      {kind === "face" && performer === "sliders" && (
        <div className="row">
          <button type="button" className="button" onClick={() => void performBy("camera").catch(sayError)}>
            Switch the camera on
          </button>
          <button type="button" className="button ghost" onClick={() => void performBy("keys").catch(sayError)}>
            Keys M, B, J, L
          </button>
        </div>
      )}
      {kind === "sound" && <SoundInput />}
      {chosen && move && <DepthControl depth={move.depth ?? FIRST_DEPTH} onChange={(depth) => onChange({ ...move, depth })} />}
      {line && kindOfSource(line.from[0] ?? "", details.senses) === kind && (
        <p className="soft">
          {controlTitle(line.from[0] ?? "")} moves it from {amount(line.low ?? card.low, card)} to{" "}
          {amount(line.high ?? card.high, card)}, as this instrument is made.
        </p>
      )}
    </>
  );
}
