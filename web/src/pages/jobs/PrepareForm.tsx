import { useState } from "react";
import { Needs } from "../sheet/Needs";
import { useRequirement } from "../sheet/requirements";
import { Section } from "../sheet/Sheet";
import { NameField } from "./NameField";
import { useBegin } from "./useBegin";

const NUMBERS = [
  { key: "sample_rate", label: "Sample rate, Hz", low: 1000, high: 192_000 },
  { key: "n_fft", label: "FFT size", low: 16, high: 8192 },
  { key: "hop", label: "Hop", low: 1, high: 8192 },
  { key: "columns", label: "Columns", low: 4, high: 4096 },
] as const;

type Key = (typeof NUMBERS)[number]["key"];

/** A folder of sounds as material to train with. */
export function PrepareForm() {
  const { begin, sending, refused, forgetRefusal } = useBegin();
  const requirement = useRequirement("prepare");
  const [folder, setFolder] = useState("");
  const [name, setName] = useState("");
  const [values, setValues] = useState<Record<Key, number>>({ sample_rate: 16_000, n_fft: 512, hop: 128, columns: 256 });
  return (
    <Section title="Prepare sounds" line="A folder of your sounds becomes material to train with." help="data">
      <form
        className="sheet-form"
        aria-label="Prepare sounds"
        onChange={forgetRefusal}
        onSubmit={(event) => {
          event.preventDefault();
          void begin({ kind: "prepare", folder: folder.trim(), name: name.trim(), ...values });
        }}
      >
        <Needs requirement={requirement} id="prepare-needs" />
        <label className="field">
          Folder on the studio&apos;s machine
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
          <summary>Spectrogram</summary>
          <div className="sheet-fields">
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
        {refused && <p role="alert">{refused}</p>}
        <button
          type="submit"
          className="button"
          disabled={sending || requirement?.ready === false}
          aria-describedby={requirement?.ready === false ? "prepare-needs" : undefined}
        >
          Prepare
        </button>
      </form>
    </Section>
  );
}
