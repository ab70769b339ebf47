import { beforeEach, describe, expect, it } from "vitest";
import { isIn, nearestIn, notesOf, scaleNamed, SCALES, type Chords, type Key } from "../src/midi/scale";
import { Voices } from "../src/midi/voices";

const key = (root: number, scale: string): Key => ({ root, scale: scaleNamed(scale) });
const A_MINOR = key(9, "minor");

describe("scales", () => {
  it("takes a note to the nearest one in it, of two to the lower", () => {
    expect([60, 61, 62, 63, 66, 68, 70].map((note) => nearestIn(note, A_MINOR))).toEqual([60, 60, 62, 62, 65, 67, 69]);
    expect(nearestIn(61, null)).toBe(61);
    expect(nearestIn(127, key(0, "minor-pentatonic"))).toBe(127);
    expect(nearestIn(0, key(2, "major-pentatonic"))).toBe(1 + 1);
  });

  it("has every note that it gives in it, in all of its keys", () => {
    for (const scale of SCALES) {
      for (let root = 0; root < 12; root++) {
        for (let note = 0; note < 128; note++) {
          const given = nearestIn(note, { root, scale });
          expect(isIn(given, { root, scale })).toBe(true);
          expect(Math.abs(given - note)).toBeLessThanOrEqual(3);
        }
      }
    }
  });

  it("stacks chords in the scale; major without one", () => {
    expect(notesOf(69, A_MINOR, "triads")).toEqual([69, 72, 76]);
    expect(notesOf(71, A_MINOR, "triads")).toEqual([71, 74, 77]);
    expect(notesOf(67, A_MINOR, "sevenths")).toEqual([67, 71, 74, 77]);
    expect(notesOf(68, A_MINOR, "off")).toEqual([67]);
    expect(notesOf(61, null, "sevenths")).toEqual([61, 65, 68, 72]);
    expect(notesOf(60, key(0, "all"), "triads")).toEqual([60, 64, 67]);
    expect(notesOf(126, A_MINOR, "triads").every((note) => note < 128)).toBe(true);
  });
});

describe("keys that are down", () => {
  let sounding: Map<number, number>;
  let sent: number[][];
  let chords: Chords;
  let inKey: Key | null;
  let voices: Voices;

  beforeEach(() => {
    sounding = new Map();
    sent = [];
    chords = "off";
    inKey = null;
    voices = new Voices(
      (data) => {
        sent.push(data);
        const note = (data[0]! & 15) * 128 + data[1]!;
        if (data[0]! >> 4 === 9) {
          expect(sounding.has(note)).toBe(false);
          sounding.set(note, data[2]!);
        } else {
          expect(sounding.delete(note)).toBe(true);
        }
      },
      (pressed) => notesOf(pressed, inKey, chords),
    );
  });

  it("end what they began, though scale and chords changed meanwhile", () => {
    inKey = A_MINOR;
    chords = "triads";
    voices.press("a", 61, 80);
    expect([...sounding.keys()]).toEqual([60, 64, 67]);
    inKey = key(2, "blues");
    chords = "sevenths";
    voices.press("b", 62, 80);
    chords = "off";
    inKey = null;
    voices.release("a", 61);
    voices.release("b", 62);
    expect([...sounding.keys()]).toEqual([]);
    expect([...voices.sounding]).toEqual([]);
  });

  it("share a note that two chords have: struck again, and ended with the last", () => {
    chords = "triads";
    inKey = key(0, "major");
    voices.press("a", 60, 80);
    voices.press("b", 64, 90);
    expect(sounding.get(64)).toBe(90);
    voices.release("a", 60);
    expect([...sounding.keys()].sort()).toEqual([64, 67, 71]);
    voices.release("b", 64);
    expect(sounding.size).toBe(0);
  });

  it("belong to whoever has them down, on each channel of its own", () => {
    voices.press("letter", 60, 80);
    voices.press("pointer", 60, 80);
    voices.press("device", 60, 80, 3);
    voices.release("letter", 60);
    voices.release("somebody else", 60);
    expect([...sounding.keys()]).toEqual([60, 3 * 128 + 60]);
    voices.release("pointer", 60);
    voices.release("device", 60, 3);
    expect(sounding.size).toBe(0);
  });

  it("stay while Hold is on, until they are pressed again or it is off", () => {
    voices.setHold(true);
    voices.press("a", 60, 80);
    voices.release("a", 60);
    voices.press("a", 64, 80);
    voices.release("a", 64);
    expect([...sounding.keys()]).toEqual([60, 64]);
    voices.press("b", 60, 80);
    voices.release("b", 60);
    expect([...sounding.keys()]).toEqual([64]);
    voices.press("a", 67, 80);
    voices.setHold(false);
    expect([...sounding.keys()]).toEqual([67]);
    voices.release("a", 67);
    expect(sounding.size).toBe(0);
  });

  it("sound again on another instrument, and are forgotten with one that ended", () => {
    voices.press("a", 60, 80);
    sounding.clear();
    voices.resound();
    expect([...sounding]).toEqual([[60, 80]]);
    sounding.clear();
    voices.forget();
    voices.release("a", 60);
    expect(sent).toHaveLength(2);
    voices.press("a", 60, 80);
    voices.releaseAll();
    expect(sent).toHaveLength(4);
  });
});
