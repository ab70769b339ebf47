import { useEffect, useState } from "react";
import { plainNumber } from "../kit/words";
import { setTempo } from "../play/edit";
import { followBeat } from "../play/sound";
import { say, tempoNow, usePlay } from "../play/store";
import { beatAt, Taps } from "./beat";

const BEATS = 4;
const taps = new Taps();

/** A tap of the tempo, by button or key; the latest tap is on the beat. */
export function tap(): void {
  const { beat } = usePlay.getState();
  const tempo = taps.tap(performance.now());
  const { patch, heard } = usePlay.getState();
  if (tempo === null || !patch) return;
  // A hand leads from now on.
  if (heard?.follows) followBeat({ follow: false });
  const now = beat ? Math.round(beatAt(beat, patch.tempo, performance.now())) : null;
  setTempo(Math.round(tempo), now);
}

export function Tempo() {
  const tempo = usePlay(tempoNow);
  const [typing, setTyping] = useState(false);
  const done = (text: string) => {
    setTyping(false);
    const typed = plainNumber(text);
    if (typed !== null && typed > 0) setTempo(typed);
    else if (text.trim()) say("warning", `“${text.trim()}” is no tempo. It stays at ${Math.round(tempo ?? 120)} bpm.`);
  };
  return (
    <div className="tempo" role="group" aria-label="Tempo">
      <Beats />
      {typing ? (
        <input
          className="tempo-typed"
          aria-label="Beats per minute"
          inputMode="decimal"
          defaultValue={tempo === null ? "" : String(Math.round(tempo))}
          ref={(input) => input?.select()}
          onBlur={(event) => done(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") done(event.currentTarget.value);
            if (event.key === "Escape") setTyping(false);
          }}
        />
      ) : (
        <button
          type="button"
          className="tempo-number"
          aria-label={`Tempo, ${Math.round(tempo ?? 120)} beats per minute: type another`}
          data-tip="Click to type a tempo."
          disabled={tempo === null}
          onClick={() => setTyping(true)}
        >
          {Math.round(tempo ?? 120)}
        </button>
      )}
      <span className="soft">bpm</span>
      <button type="button" className="button" disabled={tempo === null} data-tip="Tap the beat (T)." onClick={tap}>
        Tap
      </button>
      <Following />
    </div>
  );
}

const MULTIPLES = ["half", "as_heard", "double"] as const;

/** Whether the beat of the music leads, and which multiple of it; only where sound is listened to. */
function Following() {
  const listens = usePlay((state) => state.heard !== null);
  const follows = usePlay((state) => state.heard?.follows ?? false);
  const clear = usePlay((state) => state.heard?.bpm != null);
  const multiple = usePlay((state) => state.heard?.multiple ?? "as_heard");
  const tempo = usePlay((state) => state.patch?.tempo ?? 120);
  if (!listens) return null;
  const times = (by: -1 | 1) => {
    if (!follows) return setTempo(tempo * 2 ** by);
    const next = MULTIPLES[MULTIPLES.indexOf(multiple) + by];
    if (next) followBeat({ multiple: next });
  };
  const word = !follows ? "By hand" : clear ? "Locked" : "Listening";
  return (
    <>
      <div className="tempo-times" role="group" aria-label="Multiple of the beat">
        <button type="button" aria-label="Half the tempo" disabled={follows && multiple === "half"} onClick={() => times(-1)}>
          ÷2
        </button>
        <button type="button" aria-label="Twice the tempo" disabled={follows && multiple === "double"} onClick={() => times(1)}>
          ×2
        </button>
      </div>
      <button
        type="button"
        className="tempo-follows soft"
        aria-pressed={follows}
        data-tip={follows ? "The beat of the music leads. Press to lead by hand." : "The tempo is yours. Press to follow the music."}
        onClick={() => followBeat({ follow: !follows })}
      >
        {word}
      </button>
    </>
  );
}

/** Which beat of four it is now. */
function Beats() {
  const told = usePlay((state) => state.beat);
  const tempo = usePlay((state) => tempoNow(state) ?? 120);
  const [lit, setLit] = useState(-1);
  useEffect(() => {
    if (!told) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      const beat = beatAt(told, tempo, performance.now());
      setLit(((Math.floor(beat) % BEATS) + BEATS) % BEATS);
      timer = setTimeout(look, Math.max(15, ((Math.floor(beat) + 1 - beat) * 60_000) / tempo));
    };
    look();
    return () => clearTimeout(timer);
  }, [told, tempo]);
  return (
    <div className="beats" aria-hidden="true">
      {Array.from({ length: BEATS }, (_, k) => (
        <i key={k} className={told && k === lit ? "on" : undefined} />
      ))}
    </div>
  );
}
