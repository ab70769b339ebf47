import { Fragment, useId } from "react";
import { KeepMood } from "./KeepMood";
import { see, show, tryWord, usePrompt } from "./prompt";

/** Words that become a place: what was understood, what was not, and what else was found. */
export function Prompt() {
  const { text, busy, asked, found, chosen, refused } = usePrompt();
  const id = useId();
  const unknown = Object.entries(found?.unknown ?? {});
  return (
    <section className="vision-prompt" aria-label="Prompt">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void see();
        }}
      >
        <label htmlFor={id}>Say what you want to see</label>
        <div className="vision-ask">
          <input
            id={id}
            value={text}
            placeholder="molten copper over a deep blue tide"
            autoComplete="off"
            onChange={(event) => usePrompt.setState({ text: event.target.value })}
          />
          <button type="submit" className="button" disabled={busy !== ""}>
            See it
          </button>
        </div>
      </form>
      <p className="soft small" role="status">
        {busy}
        {!busy && refused}
        {!busy && found && (
          <>
            Understood: {found.understood.join(", ")}.
            {unknown.length > 0 && ` Not known: ${unknown.map(([word]) => word).join(", ")}.`}
            {unknown.map(([word, other]) =>
              other ? (
                <Fragment key={word}>
                  {" "}
                  <button type="button" className="link" onClick={() => tryWord(word, other)}>
                    Try {other}
                  </button>
                </Fragment>
              ) : null,
            )}
          </>
        )}
      </p>
      {found && !busy && (
        <div className="row" role="group" aria-label="What was found">
          {found.places.length > 1 &&
            found.places.map((_, k) => (
              <button key={k} type="button" className="button" aria-pressed={k === chosen} aria-label={`Picture ${k + 1} that fits`} onClick={() => show(k)}>
                {k + 1}
              </button>
            ))}
          <button type="button" className="link" data-tip="Searches for some seconds." onClick={() => void see(true)}>
            Find a better one
          </button>
        </div>
      )}
      {found && !busy && <KeepMood key={asked} prompt={asked} />}
    </section>
  );
}
