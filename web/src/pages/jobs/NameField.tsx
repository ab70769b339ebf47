import { NAME_PATTERN } from "./forms";

/** What a job's result is to be called. */
export function NameField(props: { label: string; value: string; onChange: (name: string) => void }) {
  return (
    <label className="field">
      {props.label}
      <input
        type="text"
        required
        pattern={NAME_PATTERN}
        title="letters, digits, - and _"
        maxLength={60}
        autoComplete="off"
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </label>
  );
}
