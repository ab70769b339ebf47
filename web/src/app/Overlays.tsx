import { Suspense, useEffect, useState } from "react";
import { Dialog } from "../kit/Dialog";
import { usePlay } from "../play/store";
import { hintsWanted } from "../start/hints";
import { fetched } from "./fetched";
import { showOverlay, useOverlay } from "./overlay";
import { part } from "./part";

const palette = () => import("../palette/Palette");
const keys = () => import("../tour/KeysDialog");
const tour = () => import("../tour/Tour");
const theStage = () => import("../stage/Stage");
const Palette = part(palette);
const KeysDialog = part(keys);
const Tour = part(tour);
const Stage = part(theStage);
const Hints = part(() => import("../start/Hints"));
const Render = part(() => import("../panels/Render"));
const Takes = part(() => import("../panels/Takes"));
const OpenSet = part(() => import("../sets/OpenSet"));
const ShareSet = part(() => import("../sets/ShareSet"));

const IDLE_MS = 3000;
const close = () => showOverlay(null);

/** Dialogs and what else lies over the pages. */
export function Overlays() {
  const { shown, stage } = useOverlay();
  // Fetched after the page, so that they open at once also where the server is busy then.
  useEffect(() => {
    const timer = setTimeout(() => void Promise.allSettled([palette, keys, theStage, tour].map((load) => fetched<unknown>(load))), IDLE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      <Suspense>{stage && <Stage />}</Suspense>
      <FirstMinute />
      <Suspense>
        {shown === "palette" && <Palette onClose={close} />}
        {shown === "keys" && <KeysDialog onClose={close} />}
        {shown === "tour" && <Tour onClose={close} />}
        {shown === "takes" && (
          <Dialog title="Takes" onClose={close}>
            <Takes />
          </Dialog>
        )}
        {shown === "set" && (
          <Dialog title="Open a set" onClose={close}>
            <OpenSet onClose={close} />
          </Dialog>
        )}
        {shown === "share" && (
          <Dialog title="Share presets" onClose={close}>
            <ShareSet />
          </Dialog>
        )}
        {shown === "render" && (
          <Dialog title="Make a file" onClose={close}>
            <Render />
          </Dialog>
        )}
      </Suspense>
    </>
  );
}

/** From the first sound on, once. */
function FirstMinute() {
  const playing = usePlay((state) => state.status === "playing");
  const [over, setOver] = useState(() => !hintsWanted());
  if (over || !playing) return null;
  return (
    <Suspense>
      <Hints onOver={() => setOver(true)} />
    </Suspense>
  );
}
