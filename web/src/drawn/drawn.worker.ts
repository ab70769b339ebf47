/** An instrument's pictures are drawn here, off the page's own thread. */
import { DrawnEngine } from "./engine";
import type { ToDrawn } from "./messages";

const engine = new DrawnEngine((message) => self.postMessage(message));
self.onmessage = ({ data }: MessageEvent<ToDrawn>) => engine.hear(data);
