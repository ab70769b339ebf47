/// <reference types="@types/audioworklet" />
import { RingReader, type RingMemory } from "./ring";

/** What the worklet tells the socket's worker, about a hundred times a second. */
export interface Played {
  /** the ring's counter */
  read: number;
  /** of what was played since the last report, left and right, 0..1 */
  peaks: [left: number, right: number];
}

const REPORT_FRAMES = 480;

class Player extends AudioWorkletProcessor {
  private ring: RingReader | null = null;
  private toWorker: MessagePort | null = null;
  private since = 0;
  private peaks: [number, number] = [0, 0];

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<{ memory: RingMemory; port: MessagePort }>) => {
      this.ring = new RingReader(data.memory);
      this.toWorker = data.port;
    };
  }

  process(_: Float32Array[][], outputs: Float32Array[][]): boolean {
    const left = outputs[0]?.[0];
    const right = outputs[0]?.[1] ?? left;
    if (!left || !right || !this.ring || !this.toWorker) return true;
    const frames = this.ring.take(left, right);
    for (let i = 0; i < frames; i++) {
      this.peaks[0] = Math.max(this.peaks[0], Math.abs(left[i] ?? 0));
      this.peaks[1] = Math.max(this.peaks[1], Math.abs(right[i] ?? 0));
    }
    this.since += left.length;
    if (this.since >= REPORT_FRAMES) {
      this.toWorker.postMessage({ read: this.ring.read, peaks: this.peaks } satisfies Played);
      this.since = 0;
      this.peaks = [0, 0];
    }
    return true;
  }
}

registerProcessor("player", Player);
