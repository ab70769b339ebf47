import { useEffect, useRef, useState, type PointerEvent } from "react";
import { noteName } from "../../kit/words";
import { keyOf, press, release, useKeys, useSounding } from "../../midi/keys";
import { usePhrase } from "../../midi/phrase";
import { isIn } from "../../midi/scale";
import { useSong } from "../../midi/song";
import { isBlack, LETTERS, shownKeys, velocityAt } from "./keys";
import { useLettersPlay } from "./useLetters";
import "./piano.css";

const VELOCITY = 96;
const BLACK_WIDTH = 0.62;

/** Notes that are heard now, whoever plays them. */
function useLit(): (note: number) => boolean {
  const hands = useSounding((state) => state.notes);
  const song = useSong((state) => state.lit);
  const phrase = usePhrase((state) => state.lit);
  const played = new Set([...song, ...phrase].map((id) => id & 127));
  return (note) => hands.has(note) || played.has(note);
}

/** A piano for pointers and for the arrow keys. */
export function Piano() {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const keys = useKeys();
  const letters = useLettersPlay();
  const lit = useLit();
  const pointers = useRef(new Map<number, number>());

  useEffect(() => {
    const size = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width));
    if (frame.current) size.observe(frame.current);
    return () => size.disconnect();
  }, []);

  const at = (event: PointerEvent): [number, number] | null => {
    const key = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>("[data-note]");
    if (!key) return null;
    const box = key.getBoundingClientRect();
    return [Number(key.dataset["note"]), velocityAt((event.clientY - box.top) / box.height)];
  };
  const move = (event: PointerEvent) => {
    const before = pointers.current.get(event.pointerId);
    if (before === undefined && event.type !== "pointerdown") return;
    const found = at(event);
    if (found?.[0] === before) return;
    const by = `pointer ${event.pointerId}`;
    if (before !== undefined) release(by, before);
    if (!found) return;
    press(by, ...found);
    pointers.current.set(event.pointerId, found[0]);
  };
  const up = (event: PointerEvent) => {
    const note = pointers.current.get(event.pointerId);
    pointers.current.delete(event.pointerId);
    if (note !== undefined) release(`pointer ${event.pointerId}`, note);
  };

  const { low, high } = shownKeys(width, keys.base);
  const notes = Array.from({ length: high - low + 1 }, (_, step) => low + step);
  const whites = notes.filter((note) => !isBlack(note));
  const part = 100 / whites.length;
  const scale = keyOf(keys);
  return (
    <div
      ref={frame}
      className="piano"
      role="group"
      aria-label="Keys"
      data-tour="Play with the pointer, the letters of your keyboard, a MIDI device, or drop a MIDI file anywhere."
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
        const style = black
          ? { left: `${(before - BLACK_WIDTH / 2) * part}%`, width: `${BLACK_WIDTH * part}%` }
          : { left: `${before * part}%`, width: `${part}%` };
        const letter = letters ? LETTERS[note - keys.base] : undefined;
        const look = [black ? "black" : "white", lit(note) && "lit", !isIn(note, scale) && "outside"];
        return (
          <button
            key={note}
            type="button"
            tabIndex={note === Math.max(low, Math.min(keys.base, high)) ? 0 : -1}
            data-note={note}
            className={look.filter(Boolean).join(" ")}
            style={style}
            aria-label={noteName(note)}
            onKeyDown={(event) => {
              if (event.repeat) return;
              if (event.key === "Enter" || event.key === " ") press("focus", note, VELOCITY);
              const side = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
              if (side) frame.current?.querySelector<HTMLElement>(`[data-note="${note + side}"]`)?.focus();
            }}
            onKeyUp={(event) => (event.key === "Enter" || event.key === " ") && release("focus", note)}
            onBlur={() => release("focus", note)}
          >
            <span aria-hidden="true">
              {letter && <i>{letter}</i>}
              {note % 12 === 0 && <b>{noteName(note)}</b>}
            </span>
          </button>
        );
      })}
    </div>
  );
}
