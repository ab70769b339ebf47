/** The picture is drawn here, off the page's own thread. */
import { PictureEngine } from "./engine";
import type { ToPicture } from "./messages";

const engine = new PictureEngine((message) => self.postMessage(message));
self.onmessage = ({ data }: MessageEvent<ToPicture>) => engine.hear(data);
