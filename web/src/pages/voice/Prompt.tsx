import { Fragment, useId, useRef } from "react";
import { useAsk } from "./ask";
import { chosenTake, paintChosen, useTakes } from "./takes";
import { markWords, replaceWord, withWord } from "./words";

const CHIPS = ["circles", "stripes", "waves", "squares", "clouds", "red", "green", "dark", "bright", "wild"];

/** What the picture shall show; the words that were understood are marked. */
export function Prompt() {
  const id = useId();
  const marks = useRef<HTMLDivElement>(null);
  const prompt = useAsk((state) => state.prompt);
  const take = useTakes(chosenTake);
  const understood = take?.picture?.understood ?? [];
  const unknown = Object.entries(take?.picture?.unknown ?? {});
  const set = (next: string, now = true) => {
    useAsk.setState({ prompt: next });
    if (now) paintChosen();
  };
  return (
    <section className="voice-prompt" aria-label="Prompt">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          paintChosen();
        }}
      >
        <label htmlFor={id}>What shall it show?</label>
        <div className="voice-ask">
          <div className="voice-marks" aria-hidden="true" ref={marks}>
            {markWords(prompt, understood, unknown.map(([word]) => word)).map(({ text, kind }, k) =>
              kind === "known" ? <u key={k}>{text}</u> : kind === "unknown" ? <s key={k}>{text}</s> : <span key={k}>{text}</span>,
            )}
          </div>
          <input
            id={id}
            value={prompt}
            maxLength={2000}
            placeholder="orange rings on night blue"
            autoComplete="off"
            onChange={(event) => set(event.target.value, false)}
            onScroll={(event) => marks.current?.scrollTo(event.currentTarget.scrollLeft, 0)}
          />
        </div>
      </form>
      <p className="soft small" role="status">
        {take?.picture && understood.length > 0 && `Understood: ${understood.join(", ")}. `}
        {unknown.length > 0 && `Not known: ${unknown.map(([word]) => word).join(", ")}.`}
        {unknown.map(([word, other]) =>
          other ? (
            <Fragment key={word}>
              {" "}
              <button type="button" className="link" onClick={() => set(replaceWord(prompt, word, other))}>
                Try {other}
              </button>
            </Fragment>
          ) : null,
        )}
      </p>
      <div className="chips" role="group" aria-label="Words to try">
        {CHIPS.map((word) => (
          <button key={word} type="button" onClick={() => set(withWord(prompt, word))}>
            {word}
          </button>
        ))}
      </div>
    </section>
  );
}
