import { changeSettings } from "../../app/settings";
import type { Settings } from "../../generated/api";
import { Switch } from "../../kit/Switch";
import { Section } from "../sheet/Sheet";

type Table = "midi_map" | "shortcuts";

/** Knobs and keys that controls were given, and whether letters are a piano. */
export function Learned({ settings }: { settings: Settings }) {
  const forget = (table: Table, entry: string) => {
    const rest = { ...settings[table] };
    delete rest[entry];
    void changeSettings({ [table]: rest });
  };
  const rows = (["midi_map", "shortcuts"] as const).flatMap((table) =>
    Object.entries(settings[table]).map(([entry, target]) => ({ table, entry, target: worded(target) })),
  );
  return (
    <>
      <Section title="Keys" help="studio#keys">
        <Switch
          label="Letters play notes"
          on={settings.letters_play}
          onChange={(letters_play) => void changeSettings({ letters_play })}
        />
        <p className="soft">Where notes are played, letters are a piano; the studio&apos;s own keys then need Alt.</p>
      </Section>
      <Section title="Learned" help="studio#settings">
        {rows.length === 0 && <p className="sheet-empty">No knobs or keys yet. The + of a control gives it one.</p>}
        <ul className="settings-list">
          {rows.map(({ table, entry, target }) => (
            <li key={`${table} ${entry}`}>
              <kbd>{entry}</kbd>
              <span>{target}</span>
              <button type="button" className="button ghost" aria-label={`Forget ${entry}`} onClick={() => forget(table, entry)}>
                Forget
              </button>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

/** "control:gain_db" as "gain db" */
function worded(target: string): string {
  return target.replace("control:", "").replaceAll("_", " ");
}
