import { useEffect, useState } from "react";
import { focusOpener, leaveStage } from "../app/overlay";
import { ControlSlider } from "../panels/ControlSlider";
import { usePlay } from "../play/store";
import { BeatLamp } from "../transport/BeatLamp";
import { Since } from "../transport/Since";
import { pinnedOf, togglePinned, usePins } from "./pins";
import { useFullScreen } from "./useFullScreen";
import { useIdle } from "./useIdle";
import { keepAwake } from "./wake-lock";
import "./stage.css";

const HINTS_MS = 4000;
const CURSOR_MS = 3000;

/** This window as a stage: the picture, how it goes, and a few controls. */
export default function Stage() {
  useFullScreen(leaveStage);
  useEffect(keepAwake, []);
  useEffect(() => () => focusOpener(), []);
  const idle = useIdle(CURSOR_MS);
  useEffect(() => {
    document.documentElement.dataset["idle"] = String(idle);
    return () => {
      delete document.documentElement.dataset["idle"];
    };
  }, [idle]);
  return (
    <section className="stage-over" aria-label="Stage">
      <Corner />
      <Hints />
      <Pinned />
    </section>
  );
}

function Corner() {
  const tempo = usePlay((state) => state.patch?.tempo ?? null);
  const since = usePlay((state) => state.playingSince);
  const recording = usePlay((state) => state.recordingSince !== null);
  return (
    <p className="stage-corner">
      {recording ? <i className="lamp bad" /> : <BeatLamp />}
      {recording && <span className="hidden-text">Recording</span>}
      {tempo !== null && <b>{Math.round(tempo)} bpm</b>}
      {since !== null && (
        <span>
          <Since since={since} />
        </span>
      )}
    </p>
  );
}

/** What the keys do here; a press does it too, for who has none. */
function Hints() {
  const [shown, setShown] = useState(true);
  const moved = !useIdle(HINTS_MS);
  useEffect(() => {
    const timer = setTimeout(() => setShown(false), HINTS_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="stage-hints" data-gone={!shown && !moved}>
      <button type="button" onClick={togglePinned}>
        <kbd>C</kbd> hides the controls
      </button>
      <button type="button" onClick={leaveStage}>
        <kbd>Esc</kbd> leaves the stage
      </button>
    </div>
  );
}

function Pinned() {
  const details = usePlay((state) => state.details);
  const { chosen, shown } = usePins();
  if (!details || !shown) return null;
  const cards = pinnedOf(chosen, details.name, details.controls);
  if (cards.length === 0) return null;
  return (
    <section className="stage-controls" aria-label="Controls on the stage">
      {cards.map((card) => (
        <ControlSlider key={card.name} card={card} where="stage-" />
      ))}
    </section>
  );
}
