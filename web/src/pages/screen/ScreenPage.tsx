import { Suspense, useEffect, useRef, useState } from "react";
import { part } from "../../app/part";
import { keyOf } from "../../app/pressed";
import { watch } from "../../picture/cast";
import { mountPicture, watchOthers } from "../../picture/host";
import { changeProjector, projectorLook, useProjectorLook, watchProjector } from "../../picture/projector";
import { nextPalette, nextView, usePicture } from "../../picture/usePicture";
import { decibelText } from "../../picture/ticks";
import "../../picture/picture.css";
import "./screen.css";

const HIDE_MS = 4000;

const Drawn = part(() => import("./Drawn"));

/** For a projector: nothing but the picture of whatever window plays. */
export default function ScreenPage() {
  const box = useRef<HTMLElement>(null);
  const live = usePicture((state) => state.live);
  const { corner } = useProjectorLook();
  const drawn = useDrawnThere();
  const awake = useAwake();

  useEffect(() => {
    watchOthers();
    return mountPicture(box.current!);
  }, []);
  // The settings of another window change this one.
  useEffect(
    () =>
      watchProjector(() => {
        const { view, palette } = projectorLook();
        usePicture.setState({ view, palette });
      }),
    [],
  );
  useEffect(() => {
    const follow = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const key = keyOf(event);
      if (key === "v") nextView();
      else if (key === "p") nextPalette();
      else if (key === "f") void toggleFullScreen();
      else if (key === "c") changeProjector({ corner: !projectorLook().corner });
    };
    addEventListener("keydown", follow);
    return () => removeEventListener("keydown", follow);
  }, []);

  return (
    <main ref={box} className={awake ? "screen" : "screen idle"}>
      <h1 className="hidden-text">Output for a projector</h1>
      {drawn ? (
        <Suspense>
          <Drawn />
        </Suspense>
      ) : (
        <div className="picture-spoken" role="img" aria-label="Spectrogram of what the studio plays" />
      )}
      <button
        type="button"
        className="screen-full"
        aria-label="Full screen"
        onClick={() => void toggleFullScreen()}
      />
      {corner && <Corner />}
      {!live && !drawn && <p className="screen-wait">Play in the studio: it is drawn here.</p>}
      {(awake || !(live || drawn)) && (
        <p className="screen-keys">
          Click for full screen <kbd>V</kbd> view <kbd>P</kbd> palette <kbd>C</kbd> corner
        </p>
      )}
    </main>
  );
}

/** Tempo and level of what plays. */
function Corner() {
  const status = usePicture((state) => state.status);
  if (!status) return null;
  return (
    <p className="screen-corner" data-testid="corner">
      <i className={status.playing ? "on" : undefined} />
      <b>{Math.round(status.bpm)} bpm</b>
      <span>{!status.playing ? "stopped" : status.levelDb <= -60 ? "silent" : decibelText(status.levelDb)}</span>
    </p>
  );
}

/** Whether what plays makes pictures itself. */
function useDrawnThere(): boolean {
  const [there, setThere] = useState(false);
  useEffect(
    () =>
      watch(
        (feed) => feed.kind === "drawn-layout" && setThere(feed.layout !== null),
        () => undefined,
      ),
    [],
  );
  return there;
}

async function toggleFullScreen(): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await document.documentElement.requestFullscreen();
}

/** For a while after the pointer moved. */
function useAwake(): boolean {
  const [awake, setAwake] = useState(true);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const wake = () => {
      setAwake(true);
      clearTimeout(timer);
      timer = setTimeout(() => setAwake(false), HIDE_MS);
    };
    wake();
    addEventListener("pointermove", wake);
    return () => {
      removeEventListener("pointermove", wake);
      clearTimeout(timer);
    };
  }, []);
  return awake;
}
