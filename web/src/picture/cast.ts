/** Pictures for projectors: other windows, only while one is open. */
import type { DrawnFeed } from "../drawn/messages";
import type { Feed, Status } from "./messages";

const NAME = "studio/pictures";
const HELLO_MS = 1000;
const FRESH_MS = 3500;

type Any = Feed | DrawnFeed;
type Message = { kind: "hello"; first: boolean } | { kind: "feed"; from: string; feed: Any } | { kind: "status"; from: string; status: Status };

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
      if (data.first || !fresh) welcome();
    };
  }

  get watched(): boolean {
    return performance.now() - this.helloAt < FRESH_MS;
  }

  feed(feed: Any): void {
    if (this.watched) this.channel.postMessage({ kind: "feed", from: this.from, feed } satisfies Message);
  }

  status(status: Status): void {
    if (this.watched) this.channel.postMessage({ kind: "status", from: this.from, status } satisfies Message);
  }
}

/** The window's side: one player at a time, another only when that one is still.
 * @returns how to stop. */
export function watch(show: (feed: Any) => void, tell: (status: Status) => void): () => void {
  const channel = new BroadcastChannel(NAME);
  /** by window, then by kind */
  const layouts = new Map<string, Map<string, Any>>();
  let from = "";
  let heardAt = -Infinity;
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === "hello") return;
    let known = false;
    if (data.kind === "feed" && (data.feed.kind === "layout" || data.feed.kind === "drawn-layout")) {
      const those = layouts.get(data.from) ?? new Map<string, Any>();
      // Told again to somebody new: what is drawn by it here goes on.
      known = JSON.stringify(those.get(data.feed.kind)) === JSON.stringify(data.feed);
      layouts.set(data.from, those.set(data.feed.kind, data.feed));
    }
    const now = performance.now();
    if (data.from !== from) {
      if (now - heardAt < FRESH_MS || (data.kind === "status" && !data.status.playing)) return;
      from = data.from;
      for (const layout of layouts.get(from)?.values() ?? []) show(layout);
      known = data.kind === "feed" && layouts.get(from)?.get(data.feed.kind) === data.feed;
    }
    if (data.kind === "status") {
      tell(data.status);
      return;
    }
    heardAt = now;
    if (!known) show(data.feed);
  };
  const hello = (first: boolean) => channel.postMessage({ kind: "hello", first } satisfies Message);
  hello(true);
  const again = setInterval(() => hello(false), HELLO_MS);
  return () => {
    clearInterval(again);
    channel.close();
  };
}
