import { useEffect, useRef, useState } from "react";
import { listenToPictures, look } from "../play/sound";
import { cast } from "../play/cast";
import { usePlay } from "../play/store";
import { Icon } from "../kit/Icon";
import { Segmented } from "../kit/Segmented";
import { heightOf, tickName, ticks, type Scale } from "./axis";
import { Tape } from "./tape";
import "./spectrogram.css";

const SECONDS = 6;
const SLOW_SECONDS = 0.25;
const SCALES = [
  { value: "log", label: "Octaves" },
  { value: "linear", label: "Hertz" },
] as const;

function remembered(): Scale {
  return localStorage.getItem("spectrogram/scale") === "linear" ? "linear" : "log";
}

/** The living spectrogram: what is heard, as it is heard. */
export function Spectrogram() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const layout = usePlay((state) => state.picture);
  const playing = usePlay((state) => state.status === "playing");
  const [scale, setScale] = useState<Scale>(remembered);

  useEffect(() => {
    const shown = canvas.current;
    if (!shown || !layout) return;
    const context = shown.getContext("2d", { alpha: false })!;
    const tape = new Tape(layout, scale);
    const calm = matchMedia("(prefers-reduced-motion: reduce)");
    let changed = true;
    let asked = 0;
    let drawn = 0;
    let frame = 0;
    listenToPictures((picture) => {
      tape.add(picture);
      cast(layout, picture);
      changed = true;
      asked = 0;
    });
    const size = new ResizeObserver(() => {
      shown.width = Math.max(1, Math.round(shown.clientWidth * devicePixelRatio));
      shown.height = Math.max(1, Math.round(shown.clientHeight * devicePixelRatio));
      changed = true;
    });
    size.observe(shown);
    const step = (now: number) => {
      frame = requestAnimationFrame(step);
      // Without motion the picture is renewed now and then instead of scrolling.
      if (calm.matches && now - drawn < 1000 * SLOW_SECONDS) return;
      if (changed) {
        tape.draw(context, SECONDS);
        changed = false;
        drawn = now;
      }
      // A credit that got lost with its socket is given again.
      if (asked === 0 || now - asked > 1000) {
        look(calm.matches ? 64 : 24);
        asked = now;
      }
    };
    frame = requestAnimationFrame(step);
    return () => {
      cancelAnimationFrame(frame);
      size.disconnect();
      listenToPictures(null);
    };
  }, [layout, scale]);

  const choose = (value: string) => {
    const next = value === "linear" ? "linear" : "log";
    localStorage.setItem("spectrogram/scale", next);
    setScale(next);
  };
  const highHz = layout?.high_hz ?? 8000;
  return (
    <figure className="spectrogram">
      <canvas ref={canvas} role="img" aria-label="Living spectrogram of what is heard" />
      <div className="spectrogram-ticks" aria-hidden="true">
        {ticks(highHz, scale).map((hz) => (
          <span key={hz} style={{ bottom: `${100 * heightOf(hz, highHz, scale)}%` }}>
            {tickName(hz)}
          </span>
        ))}
      </div>
      {!playing && <p className="spectrogram-still">The sound is drawn here while it plays.</p>}
      <div className="spectrogram-tools">
        <Segmented label="Frequency axis" value={scale} options={SCALES} onChange={choose} />
        <button
          type="button"
          className="square"
          aria-label="Open a window for a projector"
          title="Open a window for a projector"
          onClick={() => window.open("/screen", "screen", "width=960,height=600")}
        >
          <Icon sign="screen" />
        </button>
      </div>
    </figure>
  );
}
