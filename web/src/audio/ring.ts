/**
 * Sound between the socket's worker, which alone writes, and the worklet, which alone reads.
 *
 * Counters run on without end (modulo 2^32); a frame lies at its number modulo the capacity.
 */

export const CAPACITY = 1 << 15;
export const CHANNELS = 2;

const WRITTEN = 0;
const READ = 1;
const UNDERRUNS = 2;
const SKIP_TO = 3;
const ENOUGH = 4;
const SLOTS = 8;

export interface RingMemory {
  counters: SharedArrayBuffer;
  samples: SharedArrayBuffer;
}

export function makeRing(): RingMemory {
  return {
    counters: new SharedArrayBuffer(SLOTS * 4),
    samples: new SharedArrayBuffer(CAPACITY * CHANNELS * 4),
  };
}

/** Frames from counter `from` up to counter `to`, which is not behind it. */
export function ahead(to: number, from: number): number {
  return (to - from) | 0;
}

class Ring {
  protected readonly counters: Int32Array;
  protected readonly samples: Float32Array;

  constructor(memory: RingMemory) {
    this.counters = new Int32Array(memory.counters);
    this.samples = new Float32Array(memory.samples);
  }

  get written(): number {
    return Atomics.load(this.counters, WRITTEN);
  }

  get read(): number {
    return Atomics.load(this.counters, READ);
  }

  get fill(): number {
    return ahead(this.written, this.read);
  }

  get underruns(): number {
    return Atomics.load(this.counters, UNDERRUNS);
  }
}

export class RingWriter extends Ring {
  /** Frames that playing begins with, at the start and after an underrun. */
  set enough(frames: number) {
    Atomics.store(this.counters, ENOUGH, frames);
  }

  /** Interleaved `[frames, channels]`; one channel goes to both. What has no room is dropped. */
  write(payload: Float32Array, channels: number): void {
    const at = this.written;
    const frames = Math.min(payload.length / channels, CAPACITY - this.fill);
    for (let i = 0; i < frames; i++) {
      const slot = ((at + i) & (CAPACITY - 1)) * CHANNELS;
      const left = payload[i * channels] ?? 0;
      this.samples[slot] = left;
      this.samples[slot + 1] = channels > 1 ? (payload[i * channels + 1] ?? 0) : left;
    }
    Atomics.store(this.counters, WRITTEN, (at + frames) | 0);
  }

  /** What is in it now is not played. */
  drop(): void {
    Atomics.store(this.counters, SKIP_TO, this.written);
  }
}

export class RingReader extends Ring {
  private playing = false;
  private fade = 0;

  /**
   * Fills a quantum of the worklet. Runs dry with a short fade and counts that once.
   *
   * @returns frames of it that came from the ring.
   */
  take(left: Float32Array, right: Float32Array): number {
    this.skip();
    const wanted = left.length;
    const there = this.fill;
    if (!this.playing) {
      const enough = Math.max(Atomics.load(this.counters, ENOUGH), wanted);
      if (there < enough) return 0;
      this.playing = true;
      this.fade = 0;
    }
    const frames = Math.min(wanted, there);
    const at = this.read;
    const dry = frames < wanted;
    for (let i = 0; i < frames; i++) {
      const slot = ((at + i) & (CAPACITY - 1)) * CHANNELS;
      this.fade = Math.min(1, this.fade + 1 / 128);
      const gain = dry ? this.fade * (1 - i / frames) : this.fade;
      left[i] = (this.samples[slot] ?? 0) * gain;
      right[i] = (this.samples[slot + 1] ?? 0) * gain;
    }
    Atomics.store(this.counters, READ, (at + frames) | 0);
    if (dry) {
      this.playing = false;
      Atomics.add(this.counters, UNDERRUNS, 1);
    }
    return frames;
  }

  private skip(): void {
    const to = Atomics.load(this.counters, SKIP_TO);
    if (ahead(to, this.read) <= 0) return;
    Atomics.store(this.counters, READ, to);
    this.playing = false;
  }
}
