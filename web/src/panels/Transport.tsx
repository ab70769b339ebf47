import { useState } from "react";
import { Icon } from "../kit/Icon";
import { goBack, goForward, record, start, stop, swapSides } from "../play/player";
import { patchToText } from "../play/patch";
import { say, usePlay } from "../play/store";
import { Figures, Level } from "./Meters";
import { PresetDrawer } from "./PresetDrawer";
import { randomise } from "./randomise";
import { RecordClock } from "./RecordClock";

/** Play, record, undo, presets: the same under every instrument. */
export default function Transport() {
  const status = usePlay((state) => state.status);
  const recording = usePlay((state) => state.recordingSince !== null);
  const canUndo = usePlay((state) => state.history.before.length > 0);
  const canRedo = usePlay((state) => state.history.after.length > 0);
  const side = usePlay((state) => state.side);
  const [drawer, setDrawer] = useState(false);
  const playing = status === "playing" || status === "opening" || status === "away";
  return (
    <section className="transport" aria-label="Transport">
      <button type="button" className="main" onClick={() => (playing ? stop() : void start())}>
        <Icon sign={playing ? "stop" : "play"} />
        {playing ? "Stop" : "Play"}
      </button>
      <button
        type="button"
        className={recording ? "recording" : undefined}
        aria-pressed={recording}
        disabled={status !== "playing"}
        title="Record what is heard (Shift+R)"
        onClick={() => record(!recording)}
      >
        <Icon sign="record" />
        {recording ? <RecordClock /> : "Record"}
      </button>
      <Level />
      <Figures />
      <span className="push" />
      <Tool label="Undo" keys="Ctrl+Z" sign="undo" off={!canUndo} act={goBack} />
      <Tool label="Redo" keys="Ctrl+Shift+Z" sign="redo" off={!canRedo} act={goForward} />
      <button type="button" className="quiet" title="Compare two sounds (Ctrl+B)" aria-label={`Side ${side}, go to the other`} onClick={swapSides}>
        <b>{side}</b>
        <span className="soft">{side === "A" ? "B" : "A"}</span>
      </button>
      <Tool label="Randomise" sign="dice" act={randomise} />
      <Tool label="Copy a link to this sound" sign="share" act={share} />
      <button type="button" className="wide" onClick={() => setDrawer(true)}>
        <Icon sign="presets" />
        Presets
      </button>
      <PresetDrawer open={drawer} onClose={() => setDrawer(false)} />
    </section>
  );
}

interface ToolProps {
  label: string;
  keys?: string;
  sign: "undo" | "redo" | "dice" | "share";
  off?: boolean;
  act: () => void;
}

function Tool({ label, keys, sign, off = false, act }: ToolProps) {
  return (
    <button
      type="button"
      className="quiet square"
      disabled={off}
      aria-label={label}
      title={keys ? `${label} (${keys})` : label}
      onClick={act}
    >
      <Icon sign={sign} />
    </button>
  );
}

function share(): void {
  const { patch } = usePlay.getState();
  if (!patch) return;
  const link = `${location.origin}${location.pathname}?sound=${patchToText(patch)}`;
  navigator.clipboard.writeText(link).then(
    () => say("info", "The link to this sound is copied."),
    () => say("warning", `The browser does not let the page copy. The link: ${link}`),
  );
}
