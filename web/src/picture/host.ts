/** The page's side: one canvas and one worker for as long as the window is open. */
import { pictureDrain } from "./feed";
import type { FromPicture, Look, Preview, ToPicture, View } from "./messages";
import { paletteTable, stopsOf, type Palette } from "./palette";
import { paletteNow, setFull, setView, usePicture } from "./usePicture";

type Tell = (message: ToPicture, transfer?: Transferable[]) => void;

let canvas: HTMLCanvasElement | null = null;
let tell: Tell | null = null;

/** Shows the picture in a box. @returns how to take it out again. */
export function mountPicture(box: HTMLElement): () => void {
  canvas ??= begin();
  box.prepend(canvas);
  const size = new ResizeObserver(() => {
    const width = Math.round(box.clientWidth * devicePixelRatio);
    const height = Math.round(box.clientHeight * devicePixelRatio);
    if (width > 0 && height > 0) tell!({ kind: "size", width, height });
  });
  size.observe(box);
  return () => {
    size.disconnect();
    tell!({ kind: "pointer", at: null });
  };
}

/** A projector shows what another window plays. */
export function watchOthers(): void {
  canvas ??= begin();
  tell!({ kind: "watch" });
}

/** Before anything was heard this drifts by; null: nothing does. */
export function showPreview(preview: Preview | null): void {
  canvas ??= begin();
  tell!({ kind: "preview", preview }, preview ? [preview.levels.buffer] : []);
}

function begin(): HTMLCanvasElement {
  const made = document.createElement("canvas");
  made.className = "picture-canvas";
  made.setAttribute("aria-hidden", "true");
  if (typeof OffscreenCanvas !== "undefined" && "transferControlToOffscreen" in made) {
    const worker = new Worker(new URL("./picture.worker.ts", import.meta.url));
    worker.onmessage = ({ data }: MessageEvent<FromPicture>) => hear(data);
    tell = (message, transfer = []) => worker.postMessage(message, transfer);
    const drawn = made.transferControlToOffscreen();
    tell({ kind: "canvas", canvas: drawn }, [drawn]);
  } else {
    tell = onThePage(made);
  }
  tell({ kind: "feed", port: pictureDrain() }, [pictureDrain()]);
  follow();
  return made;
}

/** Older browsers draw on the page's thread. */
function onThePage(made: HTMLCanvasElement): Tell {
  const engine = import("./engine").then(({ PictureEngine }) => {
    const begun = new PictureEngine(hear);
    begun.take(made);
    return begun;
  });
  return (message) => void engine.then((there) => there.hear(message));
}

function hear(message: FromPicture): void {
  switch (message.kind) {
    case "able":
      usePicture.setState({ views: message.views });
      if (!message.views.includes(usePicture.getState().view)) setView(message.views[0] as View);
      break;
    case "range":
      usePicture.setState({ rangeDb: message.rangeDb });
      setFull({ lowHz: message.lowHz, highHz: message.highHz });
      break;
    case "live":
      usePicture.setState({ live: true });
      break;
    case "under":
      usePicture.setState({ underDb: message.db });
      break;
    case "told":
      usePicture.setState({ loudest: message.loudest, figures: message.figures });
      break;
    case "status":
      usePicture.setState({ status: message.status });
      break;
  }
}

const tables = new Map<Palette, Uint8Array>();

function tableOf(palette: Palette): Uint8Array {
  const known = tables.get(palette);
  if (known) return known;
  const made = paletteTable(stopsOf(palette));
  tables.set(palette, made);
  return made;
}

/** The worker is told of every change of how the picture is to look. */
function follow(): void {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let told: Look | null = null;
  const look = () => {
    const state = usePicture.getState();
    const { view, viewport, frozen } = state;
    const now: Look = { view, viewport, frozen, colours: tableOf(paletteNow(state)), calm: calm.matches };
    const same = told && (Object.keys(now) as (keyof Look)[]).every((key) => now[key] === told![key]);
    if (same) return;
    told = now;
    tell!({ kind: "look", look: now });
  };
  look();
  usePicture.subscribe((state, before) => {
    if (state.pointer !== before.pointer) tell!({ kind: "pointer", at: state.pointer });
    look();
  });
  calm.addEventListener("change", look);
  matchMedia("(prefers-color-scheme: light)").addEventListener("change", look);
  new MutationObserver(look).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}
