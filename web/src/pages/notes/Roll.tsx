import { useEffect, useMemo, useRef, type KeyboardEvent, type PointerEvent } from "react";
import { clock } from "../../kit/words";
import { barAt, nearestBar } from "../../midi/bars";
import type { MidiFile } from "../../midi/file";
import { seekSong, setLoop, stepBars, useSong } from "../../midi/song";
import { drawNotes, rollNotes } from "./roll";

/** The file's notes, where it is, and the loop; a press or a drag goes there, arrows go bar by bar. */
export function Roll({ file }: { file: MidiFile }) {
  const plane = useRef<HTMLDivElement>(null);
  const held = useRef(false);
  const seconds = useSong((state) => Math.floor(state.position));
  const loop = useSong((state) => (state.looping ? state.loop : null));
  const bar = useSong((state) => barAt(file.bars, state.position) + 1);
  const go = (event: PointerEvent) => {
    const box = plane.current!.getBoundingClientRect();
    seekSong(((event.clientX - box.left) / box.width) * file.length);
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === "ArrowRight" || event.key === "ArrowUp") stepBars(1);
    else if (event.key === "ArrowLeft" || event.key === "ArrowDown") stepBars(-1);
    else if (event.key === "PageUp") stepBars(8);
    else if (event.key === "PageDown") stepBars(-8);
    else if (event.key === "Home") seekSong(0);
    else if (event.key === "End") stepBars(file.bars.length);
    else return;
    event.preventDefault();
  };
  return (
    <div ref={plane} className="roll">
      <Picture file={file} />
      <div
        className="roll-track"
        role="slider"
        tabIndex={0}
        aria-label="Position in the file"
        aria-valuemin={0}
        aria-valuemax={Math.ceil(file.length)}
        aria-valuenow={seconds}
        aria-valuetext={`${clock(seconds)}, bar ${bar}`}
        onKeyDown={key}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          held.current = true;
          go(event);
        }}
        onPointerMove={(event) => held.current && go(event)}
        onPointerUp={() => (held.current = false)}
        onPointerCancel={() => (held.current = false)}
      />
      {loop && <LoopEnd which="from" file={file} plane={plane} />}
      {loop && <LoopEnd which="to" file={file} plane={plane} />}
    </div>
  );
}

interface EndProps {
  which: "from" | "to";
  file: MidiFile;
  plane: { current: HTMLDivElement | null };
}

/** One end of the loop, always at a bar, always a bar from the other. */
function LoopEnd({ which, file: { bars, length }, plane }: EndProps) {
  const loop = useSong((state) => state.loop)!;
  const held = useRef(false);
  const at = barAt(bars, loop[which]);
  const set = (bar: number) => {
    const other = barAt(bars, which === "from" ? loop.to : loop.from);
    const inside = which === "from" ? Math.min(Math.max(0, bar), other - 1) : Math.max(Math.min(bars.length - 1, bar), other + 1);
    setLoop({ ...loop, [which]: bars[inside]! });
  };
  const drag = (event: PointerEvent) => {
    if (!held.current || !plane.current) return;
    const box = plane.current.getBoundingClientRect();
    const seconds = ((event.clientX - box.left) / box.width) * length;
    set(barAt(bars, nearestBar(bars, seconds)));
  };
  const key = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    set(at + by);
  };
  return (
    <span
      className={`roll-end ${which}`}
      role="slider"
      tabIndex={0}
      aria-label={which === "from" ? "Beginning of the loop" : "End of the loop"}
      aria-valuemin={1}
      aria-valuemax={bars.length}
      aria-valuenow={at + 1}
      aria-valuetext={`bar ${at + 1}`}
      style={{ left: `${(100 * Math.min(loop[which], length)) / length}%` }}
      onKeyDown={key}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        held.current = true;
      }}
      onPointerMove={drag}
      onPointerUp={() => (held.current = false)}
      onPointerCancel={() => (held.current = false)}
    />
  );
}

/** Drawn past React, thirty times a second while it plays. */
function Picture({ file }: { file: MidiFile }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const notes = useMemo(() => rollNotes(file), [file]);
  useEffect(() => {
    const shown = canvas.current!;
    const layers = { size: "", soft: document.createElement("canvas"), loud: document.createElement("canvas") };
    const draw = () => {
      const style = getComputedStyle(shown);
      const colour = (name: string) => style.getPropertyValue(name);
      const width = Math.round(shown.clientWidth * devicePixelRatio);
      const height = Math.round(shown.clientHeight * devicePixelRatio);
      if (width === 0 || height === 0) return;
      const size = `${width} ${height} ${colour("--soft")} ${colour("--accent")}`;
      if (size !== layers.size) {
        layers.size = size;
        for (const one of [shown, layers.soft, layers.loud]) Object.assign(one, { width, height });
        drawNotes(layers.soft, notes, file.length, colour("--soft"));
        drawNotes(layers.loud, notes, file.length, colour("--accent"));
      }
      const { position, loop, looping } = useSong.getState();
      const x = (seconds: number) => Math.round((seconds / file.length) * width);
      const context = shown.getContext("2d")!;
      context.clearRect(0, 0, width, height);
      if (looping && loop) {
        context.fillStyle = colour("--accent-veil");
        context.fillRect(x(loop.from), 0, x(loop.to) - x(loop.from), height);
      }
      const now = x(position);
      if (now > 0) context.drawImage(layers.loud, 0, 0, now, height, 0, 0, now, height);
      if (now < width) context.drawImage(layers.soft, now, 0, width - now, height, now, 0, width - now, height);
      context.fillStyle = colour("--text");
      context.fillRect(Math.min(now, width - 2), 0, Math.max(1, Math.round(1.5 * devicePixelRatio)), height);
    };
    draw();
    const unsubscribe = useSong.subscribe((state, before) => {
      if (state.position !== before.position || state.loop !== before.loop || state.looping !== before.looping) draw();
    });
    const size = new ResizeObserver(draw);
    size.observe(shown);
    const theme = new MutationObserver(draw);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => {
      unsubscribe();
      size.disconnect();
      theme.disconnect();
    };
  }, [file, notes]);
  return <canvas ref={canvas} aria-hidden="true" />;
}
