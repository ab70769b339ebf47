import { lazy, Suspense, useEffect } from "react";
import { Dialog } from "../kit/Dialog";
import { showOverlay, useOverlay } from "./overlay";

const palette = () => import("../palette/Palette");
const Palette = lazy(palette);
const KeysDialog = lazy(() => import("../tour/KeysDialog"));
const Tour = lazy(() => import("../tour/Tour"));
const Stage = lazy(() => import("../stage/Stage"));
const Render = lazy(() => import("../panels/Render"));
const Takes = lazy(() => import("../panels/Takes"));

const IDLE_MS = 3000;
const close = () => showOverlay(null);

/** Dialogs and what else lies over the pages. */
export function Overlays() {
  const { shown, stage } = useOverlay();
  // Fetched while nothing else is to do, so that it opens at once.
  useEffect(() => {
    const timer = setTimeout(() => void palette(), IDLE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      <Suspense>{stage && <Stage />}</Suspense>
      <Suspense>
        {shown === "palette" && <Palette onClose={close} />}
        {shown === "keys" && <KeysDialog onClose={close} />}
        {shown === "tour" && <Tour onClose={close} />}
        {shown === "takes" && (
          <Dialog title="Takes" onClose={close}>
            <Takes />
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
