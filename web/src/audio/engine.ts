/** The page's sound: a context, the worklet that plays, the worker that fetches. */
import type { FromPage } from "../generated/wire";
import { SAMPLE_RATE } from "../generated/wire";
import { hasNoGraphics } from "../webgl/program";
import type { FromWorker, ToWorker } from "./messages";
import { makeRing } from "./ring";
import workletUrl from "./worklet?worker&url";

export class NoSound extends Error {}

export class Engine {
  private constructor(
    readonly context: AudioContext,
    private readonly worker: Worker,
    private readonly gain: GainNode,
  ) {}

  /**
   * To be called while the player touches the page: browsers start sound only then.
   *
   * @param picture where what was heard goes to be drawn.
   * @param drawn where an instrument's own pictures go.
   * @throws NoSound with a line for the player.
   */
  static async begin(
    bufferMs: number,
    { picture, drawn }: { picture: MessagePort; drawn: MessagePort },
    hear: (message: FromWorker) => void,
  ): Promise<Engine> {
    if (!globalThis.isSecureContext || typeof SharedArrayBuffer === "undefined") {
      throw new NoSound(
        "Browsers play sound only from a page over https, or on the machine that serves it, at 127.0.0.1.",
      );
    }
    const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: "interactive" });
    const resumed = context.resume();
    await context.audioWorklet.addModule(workletUrl);
    const memory = makeRing();
    const { port1, port2 } = new MessageChannel();
    const node = new AudioWorkletNode(context, "player", {
      numberOfInputs: 0,
      outputChannelCount: [2],
    });
    node.port.postMessage({ memory, port: port1 }, [port1]);
    const gain = context.createGain();
    node.connect(gain).connect(context.destination);
    const worker = new Worker(new URL("./socket.worker.ts", import.meta.url));
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => hear(data);
    const made = new Engine(context, worker, gain);
    made.post({ kind: "begin", memory, port: port2, picture, drawn, bufferMs }, [port2, picture, drawn]);
    await resumed;
    return made;
  }

  connect(session: string): void {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const url = `${scheme}://${location.host}/api/sessions/${encodeURIComponent(session)}/play`;
    // The server draws faster than a browser without a graphics processor.
    this.post({ kind: "connect", url: hasNoGraphics() ? `${url}?as_frames=true` : url });
  }

  disconnect(): void {
    this.post({ kind: "disconnect" });
  }

  send(message: FromPage): void {
    this.post({ kind: "send", message, at: performance.timeOrigin + performance.now() });
  }

  /** Live sound for the instrument. */
  hear(samples: ArrayBuffer): void {
    this.post({ kind: "hear", samples }, [samples]);
  }

  set bufferMs(ms: number) {
    this.post({ kind: "buffer", ms });
  }

  /** 0..1 of the way to full level, by ear: its square is the gain. */
  set volume(volume: number) {
    this.gain.gain.setTargetAtTime(volume ** 2, this.context.currentTime, 0.01);
  }

  /** For what takes the whole machine for a moment: more sound is kept ready meanwhile. */
  brace(on: boolean): void {
    this.post({ kind: "brace", on });
  }

  /** Of the browser and the sound card, in milliseconds. */
  get outputMs(): number {
    return 1000 * (this.context.baseLatency + (this.context.outputLatency || 0));
  }

  private post(message: ToWorker, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, transfer);
  }
}
