import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { barAt, nearestBar } from "../src/midi/bars";
import { readMidiFile } from "../src/midi/file";
import { bend, controllerOf, isChannelMessage } from "../src/midi/messages";

function file(division: number, ...tracks: number[][]): ArrayBuffer {
  const head = [0x4d, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 1, 0, tracks.length, division >> 8, division & 255];
  const body = tracks.flatMap((track) => [0x4d, 0x54, 0x72, 0x6b, 0, 0, track.length >> 8, track.length & 255, ...track]);
  return new Uint8Array([...head, ...body]).buffer;
}

describe("MIDI files", () => {
  it("follows tempo, running status and long times", () => {
    const tempo = [0, 0xff, 0x51, 3, 0x0f, 0x42, 0x40, 0, 0xff, 0x2f, 0];
    const notes = [0, 0x90, 60, 90, 0x81, 0x40, 60, 0, 96, 62, 80];
    const { events, length, bpm, steady, bars } = readMidiFile(file(96, tempo, notes));
    expect({ length, bpm, steady, bars }).toEqual({ length: 3, bpm: 60, steady: true, bars: [0, 4] });
    expect(events.map(({ at }) => at)).toEqual([0, 2, 3]);
    expect(events.map(({ data }) => data)).toEqual([[0x90, 60, 90], [0x90, 60, 0], [0x90, 62, 80]]);
  });

  it("counts bars over changes of tempo and meter", () => {
    // 3/4 at 120, from the second bar on 4/4 at 60
    const conductor = [
      ...[0, 0xff, 0x58, 4, 3, 2, 24, 8, 0, 0xff, 0x51, 3, 0x07, 0xa1, 0x20],
      ...[0x82, 0x20, 0xff, 0x58, 4, 4, 2, 24, 8, 0, 0xff, 0x51, 3, 0x0f, 0x42, 0x40],
    ];
    const { bars, steady, bpm } = readMidiFile(file(96, conductor, [0, 0x90, 60, 9, 0x86, 0x00, 60, 0]));
    expect(bars).toEqual([0, 1.5, 5.5, 9.5]);
    expect({ steady, bpm }).toEqual({ steady: false, bpm: 120 });
    expect([0, 1.4, 1.5, 7].map((at) => barAt(bars, at))).toEqual([0, 0, 1, 2]);
    expect(nearestBar(bars, 3.6)).toBe(5.5);
  });

  it("counts film frames", () => {
    const { events } = readMidiFile(file(0xe728, [0x87, 0x68, 0x90, 60, 1]));
    expect(events[0]?.at).toBeCloseTo(1);
  });

  it("refuses what is none", () => {
    expect(() => readMidiFile(new ArrayBuffer(3))).toThrow("no MIDI file");
    expect(() => readMidiFile(new TextEncoder().encode("RIFF............").buffer)).toThrow("no MIDI file");
    expect(() => readMidiFile(file(96, [0, 60, 60]))).toThrow("damaged");
  });

  it("reads the demo's own performance", () => {
    const path = new URL("../../src/latent_resonance/engine/performances/notes.mid", import.meta.url);
    const bytes = readFileSync(path);
    const { events } = readMidiFile(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    const on = events.filter(({ data }) => data[0]! >> 4 === 9 && data[2]! > 0).length;
    expect(on).toBeGreaterThan(10);
  });
});

describe("MIDI messages", () => {
  it("bends around the middle", () => {
    expect(bend(0)).toEqual([0xe0, 0, 64]);
    expect(bend(-1)).toEqual([0xe0, 0, 0]);
    expect(bend(2)).toEqual([0xe0, 127, 127]);
  });

  it("knows knobs and whole messages", () => {
    expect(controllerOf([0xb2, 74, 127])).toEqual({ name: "CC 74 ch 3", number: 74, part: 1 });
    expect(controllerOf([0xb0, 123, 0])).toBeNull();
    expect(isChannelMessage([0xf8])).toBe(false);
    expect(isChannelMessage([0xc0, 3])).toBe(true);
    expect(isChannelMessage([0x90, 3])).toBe(false);
  });
});
