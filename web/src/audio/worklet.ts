/// <reference types="@types/audioworklet" />
import { RingReader, type RingMemory } from "./ring";

/** What the worklet tells the socket's worker, about a hundred times a second. */
export interface Played {
  /** the ring's counter */
  read: number;
  /** of what was played since the last report, 0..1 */
  peak: number;
}

const REPORT_FRAMES = 480;

class Player extends AudioWorkletProcessor {
  private ring: RingReader | null = null;
  private toWorker: MessagePort | null = null;
  private since = 0;
  private peak = 0;

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
      const level = Math.max(Math.abs(left[i] ?? 0), Math.abs(right[i] ?? 0));
      if (level > this.peak) this.peak = level;
    }
    this.since += left.length;
    if (this.since >= REPORT_FRAMES) {
      this.toWorker.postMessage({ read: this.ring.read, peak: this.peak } satisfies Played);
      this.since = 0;
      this.peak = 0;
    }
    return true;
  }
}

registerProcessor("player", Player);
