import { useEffect, useState } from "react";
import { changeSettings, useSettings } from "../../app/settings";
import { Popover } from "../../kit/Popover";
import { canMidi, midiInputs, onMidiChange, openMidi } from "../../midi/input";
import { say } from "../../play/store";

/** Whether a MIDI keyboard is there, and which one is heard. */
export function Devices() {
  const [inputs, setInputs] = useState(midiInputs);
  const [at, setAt] = useState<HTMLElement | null>(null);
  const chosen = useSettings()?.midi_input ?? "";
  useEffect(() => onMidiChange(() => setInputs(midiInputs())), []);
  if (!canMidi()) return null;
  const open = (button: HTMLElement) =>
    openMidi().then(
      () => setAt(button),
      () => say("warning", "The browser did not allow MIDI devices: allow them beside the address, then try again."),
    );
  return (
    <>
      <button
        type="button"
        className="button ghost keys-device"
        aria-haspopup="dialog"
        data-tip={inputs.length > 0 ? "Which keyboard is heard." : "Use a keyboard that is plugged in."}
        onClick={(event) => void open(event.currentTarget)}
      >
        <i className={inputs.length > 0 ? "lamp" : "lamp off"} />
        MIDI keyboard
      </button>
      {at && (
        <Popover label="MIDI keyboard" at={at} onClose={() => setAt(null)} className="device-popover">
          {inputs.length === 0 ? (
            <p>None is plugged in. It is heard as soon as one is.</p>
          ) : (
            <label className="field">
              Listen to
              <select value={chosen} onChange={(event) => void changeSettings({ midi_input: event.target.value })}>
                <option value="">All of them</option>
                {inputs.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          )}
        </Popover>
      )}
    </>
  );
}
