import { useEffect, useRef, useState, type PointerEvent } from "react";
import { isTyping } from "../../app/shortcuts";
import { noteName } from "../../kit/words";
import { press, release, releaseAll, useHeld } from "./held";
import { isBlack, LETTERS, stepOf } from "./keys";

const LOWEST = 24;
const HIGHEST = 96;
const WHITE_PIXELS = 34;
const COMPUTER_VELOCITY = 96;

/** Octaves that fit into so many pixels. */
function octavesFor(width: number): number {
  return Math.max(1, Math.min(5, Math.floor(width / (7 * WHITE_PIXELS))));
}

/** A piano for pointers, the computer keyboard and the arrow keys. */
export function Piano() {
  const frame = useRef<HTMLDivElement>(null);
  const [octaves, setOctaves] = useState(3);
  const [base, setBase] = useState(48);
  const held = useHeld((state) => state.notes);
  const pointers = useRef(new Map<number, number>());
  const letters = useRef(new Map<string, number>());

  useEffect(() => {
    const size = new ResizeObserver(([entry]) => entry && setOctaves(octavesFor(entry.contentRect.width)));
    if (frame.current) size.observe(frame.current);
    return () => size.disconnect();
  }, []);

  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (isTyping(event) || document.querySelector("dialog[open]")) return;
      if (event.code === "KeyZ") setBase((now) => Math.max(LOWEST, now - 12));
      else if (event.code === "KeyX") setBase((now) => Math.min(HIGHEST - 12, now + 12));
      const step = stepOf(event.code);
      if (step === null) return;
      event.preventDefault();
      letters.current.set(event.code, base + step);
      press(base + step, COMPUTER_VELOCITY);
    };
    const up = (event: KeyboardEvent) => {
      const note = letters.current.get(event.code);
      if (note === undefined) return;
      letters.current.delete(event.code);
      release(note);
    };
    addEventListener("keydown", down);
    addEventListener("keyup", up);
    addEventListener("blur", releaseAll);
    return () => {
      removeEventListener("keydown", down);
      removeEventListener("keyup", up);
      removeEventListener("blur", releaseAll);
    };
  }, [base]);
  useEffect(() => releaseAll, []);

  const at = (event: PointerEvent): [number, number] | null => {
    const key = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>("[data-note]");
    if (!key) return null;
    const box = key.getBoundingClientRect();
    // Nearer to the player's end of the key is louder.
    const depth = (event.clientY - box.top) / box.height;
    return [Number(key.dataset["note"]), Math.round(40 + 80 * Math.min(1, Math.max(0, depth)))];
  };
  const move = (event: PointerEvent) => {
    const found = at(event);
    const before = pointers.current.get(event.pointerId);
    if (before === undefined && event.type !== "pointerdown") return;
    if (found?.[0] === before) return;
    if (before !== undefined) release(before);
    if (found) press(...found);
    if (found) pointers.current.set(event.pointerId, found[0]);
  };
  const up = (event: PointerEvent) => {
    const note = pointers.current.get(event.pointerId);
    pointers.current.delete(event.pointerId);
    if (note !== undefined) release(note);
  };

  const low = Math.min(base, HIGHEST + 1 - 12 * octaves);
  const notes = Array.from({ length: 12 * octaves + 1 }, (_, step) => low + step);
  const whites = notes.filter((note) => !isBlack(note));
  return (
    <section className="card stack" aria-label="Piano">
      <div className="row">
        <button type="button" onClick={() => setBase(Math.max(LOWEST, base - 12))} disabled={base <= LOWEST}>
          Octave down
        </button>
        <button type="button" onClick={() => setBase(Math.min(HIGHEST - 12, base + 12))} disabled={base >= HIGHEST - 12}>
          Octave up
        </button>
        <span className="soft small piano-hint">
          Keys <kbd>A</kbd> to <kbd>;</kbd> play from {noteName(base)}, <kbd>Z</kbd> and <kbd>X</kbd> change the octave.
        </span>
      </div>
      <div
        ref={frame}
        className="piano"
        role="group"
        aria-label="Keys"
        onPointerDown={(event) => {
          event.preventDefault();
          move(event);
        }}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
        onPointerLeave={up}
      >
        {notes.map((note) => {
          const black = isBlack(note);
          const before = whites.filter((white) => white < note).length;
          const width = 100 / whites.length;
          const style = black
            ? { left: `${before * width - 0.32 * width}%`, width: `${0.64 * width}%` }
            : { left: `${before * width}%`, width: `${width}%` };
          const letter = LETTERS[note - base];
          return (
            <button
              key={note}
              type="button"
              tabIndex={note === base ? 0 : -1}
              data-note={note}
              className={`${black ? "black" : "white"}${held.has(note) ? " down" : ""}`}
              style={style}
              aria-label={noteName(note)}
              onKeyDown={(event) => {
                if (event.repeat) return;
                if (event.key === "Enter") press(note, COMPUTER_VELOCITY);
                const side = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
                frame.current?.querySelector<HTMLElement>(`[data-note="${side ? note + side : -1}"]`)?.focus();
              }}
              onKeyUp={(event) => event.key === "Enter" && release(note)}
              onBlur={() => release(note)}
            >
              {note % 12 === 0 && <span className="piano-name">{noteName(note)}</span>}
              {letter && <span className="piano-letter" aria-hidden="true">{letter}</span>}
            </button>
          );
        })}
      </div>
    </section>
  );
}
