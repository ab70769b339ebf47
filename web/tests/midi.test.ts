import { describe, expect, it } from "vitest";
import { barAt, nearestBar } from "../src/midi/bars";
import { fileOf, hasPrograms } from "../src/midi/file";
import { bend, controllerOf, isChannelMessage } from "../src/midi/messages";

const song = {
  times: [0, 0, 1.5, 2],
  messages: [[0xc0, 40], [0x90, 60, 90], [0x99, 38, 90], [0x80, 60, 0]],
  seconds: 2.5,
  bars: [0, 1.5, 5.5],
  bpm: 120,
  steady: false,
  breaks_off: true,
};

describe("MIDI files", () => {
  it("come as the studio reads them: programs and drums too", () => {
    const { events, length, breaksOff } = fileOf(song);
    expect(events).toEqual(song.messages.map((data, index) => ({ at: song.times[index], data })));
    expect({ length, breaksOff }).toEqual({ length: 2.5, breaksOff: true });
    expect(hasPrograms(fileOf(song))).toBe(true);
    expect(hasPrograms(fileOf({ ...song, times: [0], messages: [[0x90, 60, 90]] }))).toBe(false);
  });

  it("have bars", () => {
    expect([0, 1.4, 1.5, 7].map((at) => barAt(song.bars, at))).toEqual([0, 0, 1, 2]);
    expect(nearestBar(song.bars, 3.6)).toBe(5.5);
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
