import { beforeEach, describe, expect, it } from "vitest";
import type { Timed } from "../src/midi/file";
import { atRest, bend, bendRange, controller, noteOff, noteOn, program } from "../src/midi/messages";
import { Sequencer, type Now } from "../src/midi/sequencer";

const RATE = 48_000;
/** from a touch to the first message, in seconds */
const START = 0.06;
const BUFFER = 0.05;

/** Quarter of a second each: 60, 62, 64 … */
const line = (count: number): Timed[] =>
  Array.from({ length: count }, (_, k) => [
    { at: k / 2, data: noteOn(60 + 2 * k, 90) },
    { at: k / 2 + 0.25, data: noteOff(60 + 2 * k) },
  ]).flat();

/** Stands for the server: keeps what is placed until its frame, plays it then. */
class Machine {
  seconds = 0;
  private coming: { at: number; data: number[] }[] = [];
  heard: { at: number; data: number[] }[] = [];
  readonly sequencer = new Sequencer({
    send: (data, frame) => {
      if (frame === undefined) this.hear(this.seconds + BUFFER, data);
      else this.coming.push({ at: frame / RATE, data });
    },
    forget: () => {
      this.coming = this.coming.filter(({ at }) => at <= this.seconds + BUFFER);
    },
  });

  private hear(at: number, data: number[]): void {
    this.heard.push({ at, data });
  }

  get now(): Now {
    return { played: this.seconds * RATE, made: (this.seconds + BUFFER) * RATE };
  }

  run(seconds: number, step = 0.03): void {
    const end = this.seconds + seconds;
    while (this.seconds < end - 1e-9) {
      this.seconds = Math.min(end, this.seconds + step);
      const due = this.coming.filter(({ at }) => at <= this.seconds + BUFFER).sort((a, b) => a.at - b.at);
      this.coming = this.coming.filter(({ at }) => at > this.seconds + BUFFER);
      for (const { at, data } of due) this.hear(at, data);
      this.sequencer.tick(this.now);
    }
  }

  /** notes with the times at which they begin, from a moment on */
  begun(from = 0): [number, number][] {
    return this.heard
      .filter(({ data }) => data[0]! >> 4 === 9)
      .map(({ at, data }) => [Math.round(1000 * (at - from)) / 1000, data[1]!]);
  }

  /** notes that would sound for ever */
  get hanging(): number[] {
    const on = new Set<number>();
    for (const { data } of this.heard) {
      if (data[0]! >> 4 === 9) on.add(data[1]!);
      else if (data[0]! >> 4 === 8) on.delete(data[1]!);
    }
    return [...on];
  }
}

let machine: Machine;
const first = BUFFER + START;

beforeEach(() => {
  machine = new Machine();
  machine.sequencer.load(line(8), 4);
});

describe("a sequence on the clock of the sound", () => {
  it("keeps its times however seldom it is looked at", () => {
    machine.sequencer.play(machine.now);
    machine.run(2.2, 0.1);
    expect(machine.begun(first)).toEqual([[0, 60], [0.5, 62], [1, 64], [1.5, 66], [2, 68]]);
    expect(machine.sequencer.position(machine.now)).toBeCloseTo(2.2 - first);
  });

  it("ends at its end, with nothing sounding, and begins anew", () => {
    machine.sequencer.play(machine.now);
    machine.run(5);
    expect(machine.sequencer.playing).toBe(false);
    expect(machine.sequencer.position(machine.now)).toBe(0);
    expect(machine.hanging).toEqual([]);
    expect(machine.begun()).toHaveLength(8);
    machine.sequencer.play(machine.now);
    machine.run(0.5);
    expect(machine.begun()).toHaveLength(9);
  });

  it("pauses in a note without leaving it, and goes on from there", () => {
    machine.sequencer.play(machine.now);
    machine.run(first + 0.6);
    const { seconds } = machine;
    machine.sequencer.pause(machine.now);
    expect(machine.hanging).toEqual([]);
    machine.run(1);
    expect(machine.begun().filter(([at]) => at > seconds + BUFFER)).toEqual([]);
    expect(machine.sequencer.position(machine.now)).toBeCloseTo(0.6);
    machine.sequencer.play(machine.now);
    const again = machine.seconds + first;
    machine.run(1);
    expect(machine.begun(again).filter(([at]) => at >= 0)).toEqual([[0.4, 64], [0.9, 66]]);
  });

  it("goes elsewhere at once, with wheels and pedals as they stand there", () => {
    const pedal = controller(64, 127);
    machine.sequencer.load([{ at: 0, data: pedal }, ...line(8)], 4);
    machine.sequencer.play(machine.now);
    machine.run(0.7);
    machine.sequencer.seek(3, machine.now);
    expect(machine.hanging).toEqual([]);
    // All controllers are at rest, and set anew from where it goes on.
    expect(machine.heard.slice(-atRest().length).map(({ data }) => data)).toEqual(atRest());
    const from = machine.seconds + first;
    machine.run(0.8);
    expect(machine.begun(from).filter(([at]) => at >= 0)).toEqual([[0, 72], [0.5, 74]]);
    expect(machine.heard.filter(({ data }) => data === pedal)).toHaveLength(2);
    machine.sequencer.pause(machine.now);
    machine.sequencer.seek(99, machine.now);
    expect(machine.sequencer.position(machine.now)).toBe(4);
  });

  it("leaves each channel at rest once the end has rung out, whatever the file set last", () => {
    const last = [...bendRange(12, 3), bend(1, 3), controller(7, 0, 3), controller(64, 127, 3), program(40, 3)];
    machine.sequencer.load([...line(1), ...last.map((data) => ({ at: 0.5, data }))], 1);
    machine.sequencer.play(machine.now);
    machine.run(first + 1.2);
    expect(machine.sequencer.playing).toBe(false);
    // The pedal lets go at the end; what rings is neither louder nor bent back.
    expect(machine.heard.slice(-2).map(({ data }) => data)).toEqual([controller(64, 0, 3), controller(66, 0, 3)]);
    machine.run(1.5);
    const rest = [...atRest(3), program(0, 3)];
    expect(machine.heard.slice(-rest.length).map(({ data }) => data)).toEqual(rest);
    const { length } = machine.heard;
    machine.run(2);
    expect(machine.heard).toHaveLength(length);
  });

  it("puts the channels of one file at rest before the next, and those that lost their sound", () => {
    const quiet = [{ at: 0, data: controller(7, 0) }, ...line(2)];
    machine.sequencer.load(quiet, 1);
    machine.sequencer.play(machine.now);
    machine.run(first + 1.1);
    machine.sequencer.load(line(2), 1);
    expect(machine.heard.slice(-atRest().length).map(({ data }) => data)).toEqual(atRest());
    machine.sequencer.load(quiet, 1);
    machine.sequencer.play(machine.now);
    machine.run(first + 0.2);
    machine.sequencer.lose(machine.now);
    machine.run(0.1);
    expect(machine.heard.slice(-atRest().length).map(({ data }) => data)).toEqual(atRest());
  });

  it("finds the bend's range and what was reset where it goes to", () => {
    const before = [...bendRange(12), controller(1, 90), controller(121, 0), controller(64, 127)];
    machine.sequencer.load([...before.map((data) => ({ at: 0, data })), ...line(8)], 4);
    machine.sequencer.seek(2, machine.now);
    machine.sequencer.play(machine.now);
    machine.run(0.2);
    expect(machine.heard.slice(0, before.length).map(({ data }) => data)).toEqual(before);
  });

  it("loops exactly, and ends what sounds over the end of the loop", () => {
    machine.sequencer.setLoop({ from: 1, to: 1.6 });
    machine.sequencer.play(machine.now);
    machine.run(3.4);
    expect(machine.begun(first)).toEqual([
      [0, 60], [0.5, 62], [1, 64], [1.5, 66], [1.6, 64], [2.1, 66], [2.2, 64], [2.7, 66], [2.8, 64], [3.3, 66],
    ]);
    const ends = machine.heard.filter(({ data }) => data[0]! >> 4 === 8 && data[1] === 66);
    expect(ends[0]!.at - first).toBeCloseTo(1.6);
    expect(machine.sequencer.position(machine.now)).toBeLessThan(1.6);
    machine.sequencer.setLoop(null);
    machine.run(2);
    expect(machine.begun().map(([, note]) => note)).toContain(70);
  });

  it("begins each round of a loop with the channels as they stand there", () => {
    machine.sequencer.load([...line(2), { at: 0.9, data: controller(7, 0) }, ...line(2).map((one) => ({ ...one, at: one.at + 1 }))], 2);
    machine.sequencer.setLoop({ from: 0.5, to: 1 });
    machine.sequencer.play(machine.now);
    machine.run(first + 1.2);
    const volumes = machine.heard.filter(({ data }) => data[0] === 0xb0 && data[1] === 7);
    expect(volumes.map(({ at, data }) => [Math.round(1000 * (at - first)), data[2]])).toEqual([[900, 0], [1000, 100]]);
  });

  it("takes another tempo on the way, without a jump", () => {
    machine.sequencer.setRate(0.5);
    machine.sequencer.play(machine.now);
    machine.run(1.2);
    expect(machine.begun(first)).toEqual([[0, 60], [1, 62]]);
    const before = machine.sequencer.position(machine.now);
    machine.sequencer.setRate(4);
    expect(machine.sequencer.position(machine.now)).toBeCloseTo(before);
    machine.run(1.5);
    const times = machine.begun().map(([at]) => at);
    expect(times).toHaveLength(8);
    // What was placed ahead keeps its time; then notes are an eighth of a second apart.
    expect(times[7]! - times[6]!).toBeCloseTo(0.125);
    expect(machine.hanging).toEqual([]);
  });

  it("lights what is heard, not what is sent", () => {
    machine.sequencer.play(machine.now);
    machine.run(first - 0.01, 0.01);
    expect([...machine.sequencer.lit]).toEqual([]);
    machine.run(0.03, 0.01);
    expect([...machine.sequencer.lit]).toEqual([60]);
    machine.run(0.26, 0.01);
    expect([...machine.sequencer.lit]).toEqual([]);
  });

  it("lights no drums", () => {
    machine.sequencer.load([{ at: 0, data: noteOn(38, 90, 9) }, ...line(1)], 1);
    machine.sequencer.play(machine.now);
    machine.run(first + 0.03, 0.01);
    expect([...machine.sequencer.lit]).toEqual([60]);
    expect(machine.begun().map(([, note]) => note)).toContain(38);
  });

  it("goes on where it was when the server counts anew", () => {
    machine.seconds = 100;
    machine.sequencer.play(machine.now);
    machine.run(1.2);
    machine.seconds = 0;
    machine.sequencer.tick(machine.now);
    expect(machine.sequencer.position(machine.now)).toBeCloseTo(1.2 - START, 1);
    machine.run(1);
    expect(machine.begun().filter(([at]) => at < 50).length).toBeGreaterThan(0);
  });
});
