import { changeSettings } from "../../app/settings";
import type { Settings } from "../../generated/api";

/** Knobs and keys that controls were given. */
export function Learned({ settings }: { settings: Settings }) {
  const forget = (table: "midi_map" | "shortcuts", entry: string) => {
    const rest = { ...settings[table] };
    delete rest[entry];
    void changeSettings({ [table]: rest });
  };
  const rows = [
    ...Object.entries(settings.midi_map).map(([entry, target]) => ({ table: "midi_map" as const, entry, target })),
    ...Object.entries(settings.shortcuts).map(([entry, target]) => ({ table: "shortcuts" as const, entry, target })),
  ];
  return (
    <section className="card stack" aria-label="Knobs and keys">
      <h2>Knobs and keys</h2>
      {rows.length === 0 && (
        <p className="soft small">None yet. The dots beside a slider give it a MIDI knob or a key.</p>
      )}
      <ul className="list">
        {rows.map(({ table, entry, target }) => (
          <li key={`${table} ${entry}`}>
            <span className="list-main">
              {entry}
              <span className="soft small">{target.replace("control:", "leads to ").replaceAll("_", " ")}</span>
            </span>
            <button type="button" onClick={() => forget(table, entry)}>
              Forget
            </button>
          </li>
        ))}
      </ul>
      <h3>Everywhere</h3>
      <dl className="keys">
        <dt>Space</dt>
        <dd>play, stop</dd>
        <dt>Shift R</dt>
        <dd>record</dd>
        <dt>Ctrl Z, Ctrl Shift Z</dt>
        <dd>undo, redo</dd>
        <dt>Ctrl B</dt>
        <dd>between A and B</dd>
      </dl>
    </section>
  );
}
