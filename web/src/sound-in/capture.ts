/// <reference types="@types/audioworklet" />

const PIECE = 480;

/** Hands on what it hears, in pieces of 10 ms: 16-bit samples, mono. */
class Capture extends AudioWorkletProcessor {
  private piece = new Int16Array(PIECE);
  private filled = 0;

  process([input]: Float32Array[][]): boolean {
    const channels = input ?? [];
    const length = channels[0]?.length ?? 0;
    for (let k = 0; k < length; k++) {
      let sum = 0;
      for (const channel of channels) sum += channel[k] ?? 0;
      this.piece[this.filled++] = Math.max(-32_768, Math.min(32_767, Math.round((32_767 * sum) / channels.length)));
      if (this.filled < PIECE) continue;
      this.port.postMessage(this.piece.buffer, [this.piece.buffer]);
      this.piece = new Int16Array(PIECE);
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor("capture", Capture);
