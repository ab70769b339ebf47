/** Pictures for projectors: other windows, only while one is open. */
import type { Feed, Status } from "./messages";

const NAME = "studio/pictures";
const HELLO_MS = 1000;
const FRESH_MS = 3500;

type Message = { kind: "hello" } | { kind: "feed"; from: string; feed: Feed } | { kind: "status"; from: string; status: Status };

/** The side that plays; it lives where the sound comes in. */
export class Caster {
  private readonly channel = new BroadcastChannel(NAME);
  private readonly from = crypto.randomUUID();
  private helloAt = -Infinity;

  /** @param welcome somebody new looks. */
  constructor(welcome: () => void) {
    this.channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind !== "hello") return;
      const fresh = this.watched;
      this.helloAt = performance.now();
      if (!fresh) welcome();
    };
  }

  get watched(): boolean {
    return performance.now() - this.helloAt < FRESH_MS;
  }

  feed(feed: Feed): void {
    if (this.watched) this.channel.postMessage({ kind: "feed", from: this.from, feed } satisfies Message);
  }

  status(status: Status): void {
    if (this.watched) this.channel.postMessage({ kind: "status", from: this.from, status } satisfies Message);
  }
}

/** The window's side: one player at a time, another only when that one is still. */
export function watch(show: (feed: Feed) => void, tell: (status: Status) => void): void {
  const channel = new BroadcastChannel(NAME);
  const layouts = new Map<string, Feed>();
  let from = "";
  let heardAt = -Infinity;
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === "hello") return;
    if (data.kind === "feed" && data.feed.kind === "layout") layouts.set(data.from, data.feed);
    const now = performance.now();
    if (data.from !== from) {
      if (now - heardAt < FRESH_MS || (data.kind === "status" && !data.status.playing)) return;
      from = data.from;
      const layout = layouts.get(from);
      if (layout) show(layout);
    }
    if (data.kind === "status") {
      tell(data.status);
      return;
    }
    heardAt = now;
    show(data.feed);
  };
  const hello = () => channel.postMessage({ kind: "hello" } satisfies Message);
  hello();
  setInterval(hello, HELLO_MS);
}
