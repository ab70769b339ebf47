import { FileDrop } from "../../kit/FileDrop";
import { accepts } from "../../kit/files";
import { controlTitle } from "../../kit/words";
import { giveAttributes, useOwnSound } from "./own-sound";

/** Single attributes of another sound for the one that plays; the rest of it stays. */
export function Transfer({ measured }: { measured: string[] }) {
  const { like, source, attributes, busy } = useOwnSound();
  const file = source ?? like;
  const chosen = measured.filter((name) => attributes.includes(name));
  const toggle = (name: string, on: boolean) =>
    useOwnSound.setState({ attributes: on ? [...chosen, name] : chosen.filter((one) => one !== name) });
  return (
    <section className="stack" aria-label="Take over attributes">
      <h2>Take over attributes</h2>
      <fieldset className="checks">
        <legend className="soft small">Of another sound, to the one that plays</legend>
        {measured.map((name) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={attributes.includes(name)}
              onChange={(event) => toggle(name, event.target.checked)}
            />
            {controlTitle(name)}
          </label>
        ))}
      </fieldset>
      <FileDrop
        label="Sound that gives its attributes"
        accept={accepts("sound")}
        chosen={file?.name ?? null}
        busy={busy !== ""}
        onFile={(next) => useOwnSound.setState({ source: next })}
      >
        Drop the other sound here, or
      </FileDrop>
      <div className="row">
        <button
          type="button"
          className="button main"
          disabled={!file || chosen.length === 0 || busy !== ""}
          onClick={() => void giveAttributes()}
        >
          {busy === "transfer" ? "Listening…" : "Take over"}
        </button>
        <span className="soft small" role="status">
          {chosen.length === 0 ? "Choose what is taken over." : !file ? "It needs a sound to take it from." : ""}
        </span>
      </div>
    </section>
  );
}
