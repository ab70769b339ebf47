import { useEffect, useRef, useState } from "react";
import { watch } from "../../play/cast";
import { Tape } from "../../spectrogram/tape";
import "./screen.css";

const SECONDS = 8;
const HIDE_MS = 3000;

/** For a projector: nothing but the living spectrogram of whatever tab plays. */
export default function ScreenPage() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [moved, setMoved] = useState(true);
  const [seen, setSeen] = useState(false);

  useEffect(() => {
    const shown = canvas.current!;
    const context = shown.getContext("2d", { alpha: false })!;
    let tape: Tape | null = null;
    let rows = 0;
    let changed = false;
    let frame = 0;
    const end = watch((layout, picture) => {
      if (!tape || rows !== layout.rows) tape = new Tape(layout, "log");
      rows = layout.rows;
      tape.add(picture);
      changed = true;
      setSeen(true);
    });
    const fit = () => {
      shown.width = innerWidth * devicePixelRatio;
      shown.height = innerHeight * devicePixelRatio;
      changed = true;
    };
    fit();
    addEventListener("resize", fit);
    const step = () => {
      frame = requestAnimationFrame(step);
      if (!changed) return;
      changed = false;
      tape?.draw(context, SECONDS);
    };
    step();
    return () => {
      end();
      cancelAnimationFrame(frame);
      removeEventListener("resize", fit);
    };
  }, []);

  useEffect(() => {
    const wake = () => setMoved(true);
    addEventListener("pointermove", wake);
    addEventListener("keydown", wake);
    const timer = moved ? setTimeout(() => setMoved(false), HIDE_MS) : undefined;
    return () => {
      removeEventListener("pointermove", wake);
      removeEventListener("keydown", wake);
      clearTimeout(timer);
    };
  }, [moved]);

  return (
    <main className={moved ? "screen" : "screen idle"}>
      <h1 className="hidden-text">Output for a projector</h1>
      <canvas ref={canvas} role="img" aria-label="Living spectrogram of what is heard" />
      {!seen && <p>Play in another tab: it is drawn here.</p>}
      {(moved || !seen) && (
        <button type="button" onClick={() => void document.documentElement.requestFullscreen()}>
          Full screen
        </button>
      )}
    </main>
  );
}
