/** Pictures for the projector's window: only while one is open. */
import type { Picture, PictureLayout } from "../generated/wire";

const NAME = "studio/pictures";
const FRESH_MS = 3000;

type Message = { kind: "hello" } | { kind: "picture"; layout: PictureLayout; picture: Picture };

let channel: BroadcastChannel | null = null;
let helloAt = -Infinity;

export function cast(layout: PictureLayout, picture: Picture): void {
  if (!channel) {
    channel = new BroadcastChannel(NAME);
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind === "hello") helloAt = performance.now();
    };
  }
  if (performance.now() - helloAt < FRESH_MS) channel.postMessage({ kind: "picture", layout, picture } satisfies Message);
}

/** The window's side. @returns how to end. */
export function watch(show: (layout: PictureLayout, picture: Picture) => void): () => void {
  const own = new BroadcastChannel(NAME);
  own.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === "picture") show(data.layout, data.picture);
  };
  const hello = () => own.postMessage({ kind: "hello" } satisfies Message);
  hello();
  const timer = setInterval(hello, 1000);
  return () => {
    clearInterval(timer);
    own.close();
  };
}
