import { changeSettings } from "../../app/settings";
import { Icon } from "../../kit/Icon";
import { Segmented } from "../../kit/Segmented";
import { Switch } from "../../kit/Switch";
import { noteName } from "../../kit/words";
import { changeKeys, HIGHEST, LOWEST, moveOctave, useKeys } from "../../midi/keys";
import { Devices } from "./Devices";
import { ScaleChooser } from "./ScaleChooser";
import { useLettersPlay } from "./useLetters";

const CHORDS = [
  { value: "off", label: "Off" },
  { value: "triads", label: "Triads" },
  { value: "sevenths", label: "Sevenths" },
] as const;

/** How the keys play. */
export function KeysBar() {
  const keys = useKeys();
  const letters = useLettersPlay();
  return (
    <div className="keys-bar" role="group" aria-label="How the keys play">
      <div className="keys-octave">
        <button
          type="button"
          className="icon-button"
          aria-label="Octave down"
          data-tip="The letters an octave lower (Z)."
          disabled={keys.base <= LOWEST}
          onClick={() => moveOctave(-1)}
        >
          <Icon sign="left" />
        </button>
        <b aria-live="polite">Octave {noteName(keys.base)}</b>
        <button
          type="button"
          className="icon-button"
          aria-label="Octave up"
          data-tip="The letters an octave higher (X)."
          disabled={keys.base >= HIGHEST}
          onClick={() => moveOctave(1)}
        >
          <Icon sign="right" />
        </button>
      </div>
      <div className="keys-part" data-tip="Every key goes to the nearest note of the scale.">
        <Switch label="Stay in" on={keys.stays} onChange={(stays) => changeKeys({ stays })} />
        <ScaleChooser />
      </div>
      <div className="keys-part">
        <span className="soft small" aria-hidden="true">
          Chords
        </span>
        <Segmented label="Chords" value={keys.chords} options={CHORDS} onChange={(chords) => changeKeys({ chords })} />
      </div>
      <div className="keys-part" data-tip="Keys stay down until they are pressed again.">
        <Switch label="Hold" on={keys.hold} onChange={(hold) => changeKeys({ hold })} />
      </div>
      <div className="keys-part keys-letters" data-tip="Letters play notes; then R, T, F and the like need Alt.">
        <Switch label="Letters play" on={letters} onChange={(on) => void changeSettings({ letters_play: on })} />
      </div>
      <span className="keys-hint soft small">Lower on a key is louder.</span>
      <Devices />
    </div>
  );
}
