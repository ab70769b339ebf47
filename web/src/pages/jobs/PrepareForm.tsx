import { useState } from "react";
import { NameField } from "./NameField";
import { useBegin } from "./useBegin";

const NUMBERS = [
  { key: "sample_rate", label: "Sample rate, Hz", low: 1000, high: 192_000 },
  { key: "n_fft", label: "FFT size", low: 16, high: 8192 },
  { key: "hop", label: "Hop", low: 1, high: 8192 },
  { key: "columns", label: "Columns of a window", low: 4, high: 4096 },
] as const;

type Key = (typeof NUMBERS)[number]["key"];

/** A folder of sounds as material to train with. */
export function PrepareForm() {
  const { begin, sending } = useBegin();
  const [folder, setFolder] = useState("");
  const [name, setName] = useState("");
  const [values, setValues] = useState<Record<Key, number>>({ sample_rate: 16_000, n_fft: 512, hop: 128, columns: 256 });
  return (
    <form
      className="card stack"
      aria-label="Prepare material"
      onSubmit={(event) => {
        event.preventDefault();
        void begin({ kind: "prepare", folder: folder.trim(), name: name.trim(), ...values });
      }}
    >
      <h2>Prepare material</h2>
      <label className="field">
        Folder of sounds on the studio&apos;s machine
        <input
          type="text"
          required
          maxLength={1000}
          spellCheck={false}
          autoComplete="off"
          value={folder}
          onChange={(event) => setFolder(event.target.value)}
        />
      </label>
      <NameField label="Name of the material" value={name} onChange={setName} />
      <details>
        <summary>Windows of the spectrogram</summary>
        <div className="field-pair">
          {NUMBERS.map(({ key, label, low, high }) => (
            <label key={key} className="field">
              {label}
              <input
                type="number"
                required
                min={low}
                max={high}
                value={values[key]}
                onChange={(event) => setValues({ ...values, [key]: Number(event.target.value) })}
              />
            </label>
          ))}
        </div>
      </details>
      <button type="submit" disabled={sending}>
        Prepare
      </button>
    </form>
  );
}
