import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import type { Waveform as Peaks } from "../../generated/api";
import { drawBars } from "../../kit/bars";
import { clock } from "../../kit/words";
import { useDark } from "../../kit/useDark";

const STEP_SECONDS = 5;

interface Props {
  waveform: Peaks | null;
  /** in seconds */
  at: number;
  onSeek: (at: number) => void;
}

/** The whole file; a press, a drag or the arrow keys go elsewhere in it. */
export function Waveform({ waveform, at, onSeek }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [{ width, height }, setSize] = useState({ width: 0, height: 0 });
  const dark = useDark();
  const seconds = waveform?.seconds ?? 0;
  const part = seconds > 0 ? at / seconds : 0;
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => entry && setSize(entry.contentRect));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (canvas.current && waveform) draw(canvas.current, waveform.peaks, part, width, height);
  }, [waveform, part, width, height, dark]);
  const seek = (event: PointerEvent) => {
    const bounds = box.current!.getBoundingClientRect();
    onSeek(Math.min(1, Math.max(0, (event.clientX - bounds.left) / bounds.width)) * seconds);
  };
  const key = (event: KeyboardEvent) => {
    const to: Record<string, number> = { ArrowRight: at + STEP_SECONDS, ArrowLeft: at - STEP_SECONDS, Home: 0, End: seconds };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    onSeek(Math.min(seconds, Math.max(0, next)));
  };
  return (
    <div
      ref={box}
      className="vision-wave"
      role="slider"
      tabIndex={0}
      aria-label="Place in the music"
      aria-valuemin={0}
      aria-valuemax={Math.round(seconds)}
      aria-valuenow={Math.round(at)}
      aria-valuetext={`${clock(at)} of ${clock(seconds)}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seek(event);
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && seek(event)}
      onKeyDown={key}
    >
      <canvas ref={canvas} aria-hidden="true" />
    </div>
  );
}

function draw(canvas: HTMLCanvasElement, peaks: readonly number[], part: number, width: number, height: number): void {
  drawBars(canvas, peaks, part, width, height);
  const context = canvas.getContext("2d")!;
  context.fillStyle = getComputedStyle(canvas).getPropertyValue("--text");
  context.fillRect(part * (width - 2), 0, 2, height);
}
