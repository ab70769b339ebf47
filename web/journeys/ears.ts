/** What a page hears: the sound as it comes over its socket, and what it is like. */
import type { Page } from "@playwright/test";

const SOUND = 1;
const HEADER_BYTES = 24;
const RATE = 48_000;
const KEPT = 1 << 16;
const LOW_HZ = 60;
const BANDS = 48;

export class Ears {
  /** the latest samples of the first channel, a ring */
  private readonly ring = new Float32Array(KEPT);
  private written = 0;
  /** text frames that went the other way, as they were */
  readonly sent: string[] = [];
  /** binary frames that went the other way: there should be none */
  binarySent = 0;

  /** Before the page begins to play. */
  constructor(page: Page) {
    page.on("websocket", (socket) => {
      socket.on("framereceived", ({ payload }) => {
        if (typeof payload !== "string") this.hear(payload);
      });
      socket.on("framesent", ({ payload }) => {
        if (typeof payload === "string") this.sent.push(payload);
        else this.binarySent++;
      });
    });
  }

  /** Seconds so far. */
  get seconds(): number {
    return this.written / RATE;
  }

  private hear(frame: Buffer): void {
    if (frame[0] !== SOUND) return;
    const channels = frame[1]!;
    for (let at = HEADER_BYTES; at + 4 <= frame.length; at += 4 * channels) {
      this.ring[this.written++ % KEPT] = frame.readFloatLE(at);
    }
  }

  /** Power at a frequency in the latest `count` samples, in decibels. */
  power(hz: number, count = 16_384): number {
    let real = 1e-12;
    let imaginary = 0;
    for (let k = 0; k < count; k++) {
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * k) / count);
      const sample = this.ring[(this.written - count + k + KEPT) % KEPT]! * window;
      const angle = (2 * Math.PI * hz * k) / RATE;
      real += sample * Math.cos(angle);
      imaginary += sample * Math.sin(angle);
    }
    return 10 * Math.log10(real * real + imaginary * imaginary);
  }

  /** The strongest fundamental within an octave from `low` on, as a MIDI note. */
  note(low: number): number {
    const notes = Array.from({ length: 12 }, (_, step) => low + step);
    const powers = notes.map((note) => this.power(440 * 2 ** ((note - 69) / 12)));
    return notes[powers.indexOf(Math.max(...powers))]!;
  }

  /** Levels of the latest second in bands of equal octaves, dB, with their mean taken out. */
  timbre(): number[] {
    const levels: number[] = [];
    for (let band = 0; band < BANDS; band++) {
      let sum = 0;
      for (const part of [0.2, 0.5, 0.8]) sum += 10 ** (this.power(LOW_HZ * 2 ** ((band + part) / 7), KEPT / 2) / 10);
      levels.push(10 * Math.log10(sum));
    }
    const mean = levels.reduce((a, b) => a + b, 0) / BANDS;
    return levels.map((level) => level - mean);
  }
}

/** Mean difference of two timbres in dB. */
export function apart(one: number[], other: number[]): number {
  return one.reduce((sum, level, k) => sum + Math.abs(level - other[k]!), 0) / one.length;
}
