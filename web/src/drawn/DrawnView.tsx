import { useEffect, useRef } from "react";
import { openProjector } from "../app/projector";
import { Icon, type Sign } from "../kit/Icon";
import { usePlay } from "../play/store";
import { Preview } from "../presets/Preview";
import { mountDrawn, takeSnapshot } from "./host";
import { toggleStill, useDrawn } from "./useDrawn";
import "./drawn.css";

/** The pictures of an instrument that makes them; it fills its parent. */
export default function DrawnView() {
  const box = useRef<HTMLElement>(null);
  const lost = usePlay((state) => state.status === "away");
  const figures = useDrawn((state) => state.figures);
  const frozen = useDrawn((state) => state.frozen);
  const failed = useDrawn((state) => state.failed);
  const preset = usePlay((state) => state.preset);
  const count = figures?.count ?? 0;
  useEffect(() => mountDrawn(box.current!), []);
  return (
    <figure ref={box} className={lost ? "picture drawn lost" : "picture drawn"} data-pictures={count}>
      {preset && count === 0 && <Preview key={preset.id} preset={{ id: preset.id, updated: 0 }} className="drawn-preview" />}
      <div className="picture-spoken" role="img" aria-label={frozen ? "Moving pictures, held still" : "Moving pictures of the music"} />
      <div className="picture-tools" role="toolbar" aria-label="Picture">
        <Tool sign="freeze" label="Hold the picture still" pressed={frozen} act={toggleStill} />
        <Tool sign="file" label="Save this picture" act={() => void save()} />
        <Tool sign="screen" label="Picture on a second screen" act={openProjector} />
        <Tool sign="stage" label="Full screen" act={() => void box.current?.requestFullscreen()} />
      </div>
      {failed && (
        <p className="drawn-failed" role="alert">
          The pictures cannot be drawn here: {failed}.
        </p>
      )}
      {figures && (
        <p className="drawn-figures num">
          {figures.height} px · {Math.round(figures.fps)} frames/s
        </p>
      )}
    </figure>
  );
}

function Tool({ sign, label, pressed, act }: { sign: Sign; label: string; pressed?: boolean; act: () => void }) {
  return (
    <button type="button" aria-label={label} title={label} aria-pressed={pressed} onClick={act}>
      <Icon sign={sign} />
    </button>
  );
}

async function save(): Promise<void> {
  const address = URL.createObjectURL(await takeSnapshot());
  const link = document.createElement("a");
  link.href = address;
  link.download = "vision.png";
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
