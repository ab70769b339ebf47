import { useRef, useState } from "react";
import { Pad, type Point } from "../../kit/Pad";
import { noteName } from "../../kit/words";
import { beginTone, endTone, PAD_CHANNEL } from "../../midi/audition";
import { keyOf, useKeys } from "../../midi/keys";
import { bend, bendRange, controller } from "../../midi/messages";
import { nearestIn } from "../../midi/scale";
import { midi } from "../../play/sound";
import { usePlay } from "../../play/store";

const LOW = 48;
const SPAN = 24;
const VELOCITY = 90;

/** Without a scale pitch has no steps. */
function pitchAt(x: number): number {
  const key = keyOf(useKeys.getState());
  const pitch = LOW + SPAN * x;
  return key ? nearestIn(Math.round(pitch), key) : pitch;
}

/** Pitch to the right, louder upwards: as on a theremin, or along the scale. */
export function PitchPad() {
  const [point, setPoint] = useState<Point | null>(null);
  const note = useRef<number | null>(null);
  const down = (at: Point) => {
    if (usePlay.getState().status === "playing") {
      for (const message of bendRange(SPAN, PAD_CHANNEL)) midi(message);
      note.current = Math.round(pitchAt(at.x));
      midi(bend((pitchAt(at.x) - note.current) / SPAN, PAD_CHANNEL));
    }
    beginTone(note.current ?? Math.round(pitchAt(at.x)), VELOCITY);
  };
  const move = (at: Point) => {
    setPoint(at);
    if (note.current === null) return;
    midi(bend((pitchAt(at.x) - note.current) / SPAN, PAD_CHANNEL));
    midi(controller(11, Math.round(20 + 107 * at.y), PAD_CHANNEL));
  };
  const up = () => {
    endTone();
    if (note.current === null) return;
    note.current = null;
    midi(bend(0, PAD_CHANNEL));
    midi(controller(11, 127, PAD_CHANNEL));
    for (const message of bendRange(2, PAD_CHANNEL)) midi(message);
  };
  const text = point ? `${noteName(Math.round(pitchAt(point.x)))}, ${Math.round(100 * point.y)} percent loud` : "not played";
  return (
    <>
      <Pad label="Pitch and loudness" text={text} point={point} onDown={down} onMove={move} onUp={up} />
      <p className="soft small">
        {noteName(LOW)} at the left to {noteName(LOW + SPAN)}; higher is louder.
      </p>
    </>
  );
}
