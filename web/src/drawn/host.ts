/** The page's side: one canvas and one worker for as long as the window is open. */
import { drawnDrain } from "./feed";
import type { FromDrawn, ToDrawn } from "./messages";
import { useDrawn } from "./useDrawn";

type Tell = (message: ToDrawn, transfer?: Transferable[]) => void;

let canvas: HTMLCanvasElement | null = null;
let tell: Tell = () => undefined;
let saved: ((picture: Blob) => void) | null = null;

/** Shows the pictures in a box. @returns how to take them out again. */
export function mountDrawn(box: HTMLElement): () => void {
  const made = (canvas ??= begin());
  box.prepend(made);
  const size = new ResizeObserver(() => {
    const width = Math.round(box.clientWidth * devicePixelRatio);
    const height = Math.round(box.clientHeight * devicePixelRatio);
    if (width > 0 && height > 0) tell({ kind: "size", width, height });
  });
  size.observe(box);
  return () => {
    size.disconnect();
    made.remove();
  };
}

/** A projector shows what another window plays. */
export function watchOthersDrawn(): void {
  canvas ??= begin();
  tell({ kind: "watch" });
}

/** What is shown now, as a PNG file. */
export function takeSnapshot(): Promise<Blob> {
  return new Promise((done) => {
    saved = done;
    tell({ kind: "snapshot" });
  });
}

function begin(): HTMLCanvasElement {
  const made = document.createElement("canvas");
  made.className = "picture-canvas drawn-canvas";
  made.setAttribute("aria-hidden", "true");
  if (typeof OffscreenCanvas !== "undefined" && "transferControlToOffscreen" in made) {
    const worker = new Worker(new URL("./drawn.worker.ts", import.meta.url));
    worker.onmessage = ({ data }: MessageEvent<FromDrawn>) => hear(data);
    tell = (message, transfer = []) => worker.postMessage(message, transfer);
    const drawn = made.transferControlToOffscreen();
    tell({ kind: "canvas", canvas: drawn }, [drawn]);
  } else {
    tell = onThePage(made);
  }
  tell({ kind: "feed", port: drawnDrain() }, [drawnDrain()]);
  useDrawn.subscribe(({ frozen }, before) => {
    if (frozen !== before.frozen) tell({ kind: "freeze", on: frozen });
  });
  return made;
}

/** Older browsers draw on the page's thread. */
function onThePage(made: HTMLCanvasElement): Tell {
  const engine = import("./engine").then(({ DrawnEngine }) => {
    const begun = new DrawnEngine(hear);
    begun.take(made);
    return begun;
  });
  return (message) => void engine.then((there) => there.hear(message));
}

function hear(message: FromDrawn): void {
  if (message.kind === "figures") useDrawn.setState({ figures: message.figures });
  else if (message.kind === "snapshot") saved?.(message.picture);
  else useDrawn.setState({ failed: message.text });
}
