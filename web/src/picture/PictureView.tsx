import { Suspense, useEffect, useRef } from "react";
import { part } from "../app/part";
import { usePlay } from "../play/store";
import { Axes } from "./Axes";
import { listenToGestures } from "./gestures";
import { mountPicture } from "./host";
import { Readout } from "./Readout";
import { usePicture } from "./usePicture";
import { decibelText, hzText, noteText } from "./ticks";
import "./picture.css";

const Tools = part(() => import("./Tools"));

/** The picture of what is heard, with its axes and tools; it fills its parent. */
export function PictureView() {
  const box = useRef<HTMLElement>(null);
  const lost = usePlay((state) => state.status === "away");
  const view = usePicture((state) => state.view);
  const figures = usePicture((state) => state.figures);
  useEffect(() => mountPicture(box.current!), []);
  useEffect(() => listenToGestures(box.current!), []);
  return (
    <figure
      ref={box}
      className={lost ? "picture lost" : "picture"}
      data-frames={figures?.frames}
      data-frame-ms={figures?.mean.toFixed(2)}
      data-frame-p95={figures?.p95.toFixed(2)}
      data-scale={figures?.scale}
      data-webgl={figures?.webgl}
    >
      <Spoken />
      {view === "scroll" && (
        <>
          <Axes box={box} />
          <Readout />
        </>
      )}
      <Suspense>
        <Tools />
      </Suspense>
    </figure>
  );
}

const NAMES = { scroll: "Spectrogram", radial: "Radial spectrogram", ridges: "Ridges of the spectrum" };

/** What is seen, in words. */
function Spoken() {
  const loudest = usePicture((state) => state.loudest);
  const view = usePicture((state) => state.view);
  const frozen = usePicture((state) => state.frozen);
  const seconds = usePicture((state) => state.viewport.seconds);
  const now = loudest
    ? `strongest at ${hzText(loudest.hz)}, ${noteText(loudest.hz).split(" ")[0]}, ${decibelText(loudest.db)}`
    : "silent";
  const label = `${NAMES[view]} of the last ${Number(seconds.toFixed(1))} seconds${frozen ? ", frozen" : ""}: ${now}`;
  return <div className="picture-spoken" role="img" aria-label={label} />;
}
