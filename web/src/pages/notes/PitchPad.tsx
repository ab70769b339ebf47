import { useRef, useState } from "react";
import { Pad, type Point } from "../../kit/Pad";
import { noteName } from "../../kit/words";
import { bend, bendRange, controller } from "../../midi/messages";
import { midi, start } from "../../play/sound";
import { usePlay } from "../../play/store";
import { press, release } from "./held";

const LOW = 48;
const SPAN = 24;

/** Pitch without steps to the right, louder upwards: as on a theremin. */
export function PitchPad() {
  const [point, setPoint] = useState<Point | null>(null);
  const note = useRef<number | null>(null);
  const pitch = (at: Point) => LOW + SPAN * at.x;
  const down = (at: Point) => {
    if (usePlay.getState().status !== "playing") {
      void start();
      return;
    }
    for (const message of bendRange(SPAN)) midi(message);
    note.current = Math.round(pitch(at));
    press(note.current, 90);
  };
  const move = (at: Point) => {
    setPoint(at);
    if (note.current === null) return;
    midi(bend((pitch(at) - note.current) / SPAN));
    midi(controller(11, Math.round(20 + 107 * at.y)));
  };
  const up = () => {
    if (note.current === null) return;
    release(note.current);
    note.current = null;
    midi(bend(0));
    midi(controller(11, 127));
    for (const message of bendRange(2)) midi(message);
  };
  const text = point ? `${noteName(Math.round(pitch(point)))}, ${Math.round(100 * point.y)} percent loud` : "not played";
  return (
    <>
      <Pad label="Pitch and loudness" text={text} point={point} onDown={down} onMove={move} onUp={up} />
      <p className="soft small">
        Pitch glides from {noteName(LOW)} at the left to {noteName(LOW + SPAN)}; higher is louder.
      </p>
    </>
  );
}
