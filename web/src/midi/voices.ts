/** Keys that are down, and the notes that sound for them: each that begins also ends. */
import { noteOff, noteOn } from "./messages";

interface Press {
  channel: number;
  notes: readonly number[];
  velocity: number;
  /** who has the key down: pointers, letters, a device */
  down: Set<string>;
  /** stays after it is let go */
  latched: boolean;
}

const idOf = (channel: number, note: number): number => (channel << 7) | note;

export class Voices {
  hold = false;
  private readonly presses = new Map<number, Press>();
  private readonly count = new Map<number, number>();

  /**
   * @param send gives a message to the instrument.
   * @param chordOf the notes that a key plays now.
   */
  constructor(
    private readonly send: (data: number[]) => void,
    private readonly chordOf: (key: number) => readonly number[],
  ) {}

  press(by: string, key: number, velocity: number, channel = 0): void {
    const id = idOf(channel, key);
    const there = this.presses.get(id);
    if (there && there.down.size === 0) {
      // A key that stayed is let go by pressing it again.
      this.end(id, there);
      return;
    }
    if (there) {
      there.down.add(by);
      return;
    }
    const made: Press = { channel, notes: this.chordOf(key), velocity, down: new Set([by]), latched: this.hold };
    this.presses.set(id, made);
    for (const note of made.notes) {
      const sounds = this.count.get(idOf(channel, note)) ?? 0;
      // A note that another key plays already is struck again.
      if (sounds > 0) this.send(noteOff(note, channel));
      this.count.set(idOf(channel, note), sounds + 1);
      this.send(noteOn(note, velocity, channel));
    }
  }

  release(by: string, key: number, channel = 0): void {
    const id = idOf(channel, key);
    const press = this.presses.get(id);
    if (!press?.down.delete(by) || press.down.size > 0 || press.latched) return;
    this.end(id, press);
  }

  setHold(on: boolean): void {
    this.hold = on;
    for (const [id, press] of [...this.presses]) {
      press.latched = on;
      if (!on && press.down.size === 0) this.end(id, press);
    }
  }

  releaseAll(): void {
    for (const [id, press] of [...this.presses]) this.end(id, press);
  }

  /** The instrument has ended all notes by itself. */
  forget(): void {
    this.presses.clear();
    this.count.clear();
  }

  /** What is still down sounds (again), such as on an instrument that was just opened. */
  resound(): void {
    for (const { notes, velocity, channel } of this.presses.values()) {
      for (const note of notes) this.send(noteOn(note, velocity, channel));
    }
  }

  /** Of all channels. */
  get sounding(): ReadonlySet<number> {
    return new Set([...this.count.keys()].map((id) => id & 127));
  }

  private end(id: number, press: Press): void {
    this.presses.delete(id);
    for (const note of press.notes) {
      const one = idOf(press.channel, note);
      const left = (this.count.get(one) ?? 1) - 1;
      if (left > 0) {
        this.count.set(one, left);
        continue;
      }
      this.count.delete(one);
      this.send(noteOff(note, press.channel));
    }
  }
}
