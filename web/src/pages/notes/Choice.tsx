import { title } from "../../kit/words";
import { choose } from "../../play/edit";
import { usePlay } from "../../play/store";

/** Which instrument the notes sound like. */
export function Choice({ names }: { names: string[] }) {
  const patch = usePlay((state) => state.patch);
  const chosen = patch?.choices["instrument"] ?? "";
  const elsewhere = patch?.place !== null && patch?.place !== undefined;
  return (
    <label className="card field">
      <b>Instrument</b>
      <select value={elsewhere ? "" : chosen} onChange={(event) => choose("instrument", event.target.value)}>
        {(elsewhere || chosen === "") && (
          <option value="">{elsewhere ? "In between" : "The model's own"}</option>
        )}
        {names.map((name) => (
          <option key={name} value={name}>
            {title(name)}
          </option>
        ))}
      </select>
    </label>
  );
}
