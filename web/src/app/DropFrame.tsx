import { useEffect, useState } from "react";
import "./drop-frame.css";

/** Browsers tell several times a second that something is dragged. */
const STALE_MS = 700;

/** While a file is dragged over the window: what happens when it is let go. */
export function DropFrame() {
  const [dragged, setDragged] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = () => {
      clearTimeout(timer);
      setDragged(false);
    };
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      setDragged(true);
      clearTimeout(timer);
      timer = setTimeout(end, STALE_MS);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) end();
    };
    // Before any zone takes the file for itself.
    addEventListener("drop", end, true);
    addEventListener("dragover", over, true);
    addEventListener("dragleave", leave, true);
    return () => {
      end();
      removeEventListener("drop", end, true);
      removeEventListener("dragover", over, true);
      removeEventListener("dragleave", leave, true);
    };
  }, []);
  return dragged ? (
    <div className="drop-frame" role="status">
      <p>Drop it: a sound finds its place, or plays into the pictures; a .mid plays; a set is shown before it is opened, a model before it is imported.</p>
    </div>
  ) : null;
}
