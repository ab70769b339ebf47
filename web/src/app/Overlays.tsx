import { lazy, Suspense } from "react";
import { Dialog } from "../kit/Dialog";
import { showOverlay, useOverlay } from "./overlay";

const Render = lazy(() => import("../panels/Render"));
const Takes = lazy(() => import("../panels/Takes"));

/** Dialogs and what else lies over the pages. */
export function Overlays() {
  const shown = useOverlay((state) => state.shown);
  const close = () => showOverlay(null);
  return (
    <Suspense>
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
  );
}
