import { useEffect, useState } from "react";
import { changeSettings, useSettings } from "../../app/settings";
import { canMidi, midiInputs, onMidiChange, openMidi } from "../../midi/input";
import { say } from "../../play/store";

/** Keyboards and knobs that the browser reaches. */
export function MidiDevices() {
  const [inputs, setInputs] = useState(midiInputs);
  const [opened, setOpened] = useState(false);
  const chosen = useSettings()?.midi_input ?? "";
  useEffect(() => onMidiChange(() => setInputs(midiInputs())), []);
  if (!canMidi()) return null;
  const open = () =>
    openMidi().then(
      () => setOpened(true),
      () => say("warning", "The browser did not allow MIDI devices."),
    );
  return (
    <section className="card stack" aria-label="MIDI devices">
      <h2>MIDI devices</h2>
      {!opened && inputs.length === 0 ? (
        <div className="row">
          <span className="soft small">A keyboard that is plugged in:</span>
          <button type="button" onClick={() => void open()}>
            Use it
          </button>
        </div>
      ) : inputs.length === 0 ? (
        <p className="soft small">None is plugged in. It is heard as soon as one is.</p>
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
    </section>
  );
}
