import { describe, expect, it } from "vitest";
import { agoAt, fullView, heightOf, hzAt, isZoomed, pan, refit, zoomHz, zoomTime } from "../src/picture/axis";
import { Glide } from "../src/picture/glide";
import { Pace } from "../src/picture/pace";
import { LEVELS, paletteTable } from "../src/picture/palette";
import { LENGTH, Tape } from "../src/picture/tape";
import { hzTicks, noteText, readout, timeTicks } from "../src/picture/ticks";

const FULL = { lowHz: 40, highHz: 8000 };
const view = fullView(FULL, "log");

describe("axes", () => {
  it("leads from frequency to height and back, by octaves and evenly", () => {
    for (const scale of ["log", "linear"] as const) {
      const shown = fullView(FULL, scale);
      expect(hzAt(heightOf(440, shown), shown)).toBeCloseTo(440);
      expect(hzAt(0, shown)).toBeCloseTo(40);
      expect(hzAt(1, shown)).toBeCloseTo(8000);
    }
  });

  it("zooms around what is under the pointer", () => {
    const closer = zoomHz(view, FULL, 0.5, 0.3);
    expect(hzAt(0.3, closer)).toBeCloseTo(hzAt(0.3, view));
    expect(isZoomed(closer, FULL)).toBe(true);
    const still = zoomTime({ ...view, ago: 2 }, 0.5, 0.25, true);
    expect(agoAt(0.25, still)).toBeCloseTo(agoAt(0.25, { ...view, ago: 2 }));
    expect(zoomTime(view, 0.5, 0.25, false)).toMatchObject({ ago: 0, seconds: 4 });
  });

  it("never leaves what there is", () => {
    let now = view;
    for (let k = 0; k < 20; k++) now = zoomHz(zoomTime(now, 0.5, 0.5, true), FULL, 0.5, 0.9);
    expect(now.seconds).toBe(0.5);
    expect(now.highHz / now.lowHz).toBeGreaterThan(1.2);
    now = pan(now, FULL, 900, 900);
    expect(now.lowHz).toBeGreaterThanOrEqual(40 - 1e-6);
    expect(now.ago).toBeLessThanOrEqual(29.5);
    for (let k = 0; k < 20; k++) now = zoomHz(zoomTime(now, 2, 0.5, true), FULL, 2, 0.9);
    expect(now).toMatchObject({ seconds: 30, ago: 0 });
    expect(isZoomed(now, FULL)).toBe(false);
  });

  it("goes along with an instrument that reaches higher", () => {
    const higher = { lowHz: 40, highHz: 16_000 };
    expect(refit(view, FULL, higher)).toMatchObject(higher);
    const zoomed = { ...view, lowHz: 100, highHz: 400 };
    expect(refit(zoomed, FULL, higher)).toEqual(zoomed);
  });
});

describe("labels", () => {
  it("names frequencies at their heights, more when there is room", () => {
    const ticks = hzTicks(view, 332);
    expect(ticks.map(({ text }) => text)).toEqual(["100 Hz", "200 Hz", "500 Hz", "1 kHz", "2 kHz", "5 kHz"]);
    expect(ticks[0]!.at).toBeCloseTo(Math.log(2.5) / Math.log(200));
    expect(hzTicks(view, 900).length).toBeGreaterThan(6);
    expect(hzTicks({ ...view, lowHz: 104, highHz: 131 }, 332).map(({ text }) => text)).toContain("120 Hz");
  });

  it("counts back from now", () => {
    expect(timeTicks({ seconds: 8, ago: 0 }, 1440, false).map(({ text }) => text)).toEqual(["6 s ago", "4 s", "2 s", "now"]);
    expect(timeTicks({ seconds: 8, ago: 0 }, 1440, true).at(-1)).toEqual({ at: 1, text: "frozen" });
    expect(timeTicks({ seconds: 4, ago: 3 }, 1440, true).map(({ text }) => text)).toEqual(["6 s ago", "5 s", "4 s"]);
  });

  it("reads what is under the pointer", () => {
    expect(readout(120, -18, 80)).toBe("120 Hz · B2 −49 ct · −18 dB");
    expect(readout(440, -80, 80)).toBe("440 Hz · A4 · below −80 dB");
    expect(readout(442, null, 80)).toBe("442 Hz · A4 +8 ct");
    expect(noteText(261.63)).toBe("C4");
  });
});

describe("colours", () => {
  const stops = "#0c0c0f #120f1a #2a1540 #6a1f58 #b83a4a #f0703a #ffb35c #fff0cf".split(" ");
  it("hits every stop and goes evenly between them", () => {
    const table = paletteTable(stops);
    LEVELS.forEach((level, k) => {
      const at = 4 * Math.round(255 * level);
      const wanted = Number.parseInt(stops[k]!.slice(1), 16);
      [wanted >> 16, (wanted >> 8) & 255, wanted & 255].forEach((value, i) => expect(Math.abs(table[at + i]! - value)).toBeLessThan(7));
    });
    for (let at = 4; at < table.length; at++) if (at % 4 < 3) expect(Math.abs(table[at]! - table[at - 4]!)).toBeLessThan(8);
  });
});

const layout = { rows: 4, low_hz: 40, high_hz: 640, seconds_per_column: 0.008, range_db: 80 };
const columns = (levels: number[], skipped = 0) => ({
  payload: Uint8Array.from(levels.flatMap((level) => [level, 0, 0, 0])),
  rows: 4,
  columns: levels.length,
  skipped,
});

describe("tape", () => {
  it("writes round and round and keeps time where columns were lost", () => {
    const tape = new Tape();
    tape.lay(layout);
    tape.add(columns([255]));
    tape.add(columns([51, 0], 2));
    expect(tape.end).toBe(5);
    expect([0, 1, 2, 3, 4].map((k) => tape.levelAt(k, 50))).toEqual([0, -64, -64, -64, -80]);
    expect(tape.levelAt(5, 50)).toBeNull();
    for (let k = 0; k < LENGTH; k++) tape.add(columns([k % 256]));
    expect(tape.levelAt(4, 50)).toBeNull();
    expect(tape.levelAt(tape.end - 1, 50)).toBeCloseTo(((LENGTH - 1) % 256) / 255 * 80 - 80);
    expect(tape.levels.length).toBe(4 * LENGTH);
  });

  it("stays as it was when it is frozen", () => {
    const tape = new Tape();
    tape.lay(layout);
    tape.add(columns([255]));
    const still = tape.still();
    for (let k = 0; k < LENGTH; k++) tape.add(columns([0]));
    expect(still.levelAt(0, 50)).toBe(0);
    expect(still.end).toBe(1);
  });

  it("keeps what was heard at its frequency when the rows become others", () => {
    const tape = new Tape();
    tape.lay(layout);
    tape.add(columns([255]));
    tape.lay({ ...layout, rows: 8, high_hz: 10_240 });
    expect(tape.levelAt(0, 50)).toBe(0);
    expect(tape.levelAt(0, 300)).toBe(-80);
    tape.add(columns([255]));
    expect(tape.end).toBe(1);
    expect(tape.loudest()!.hz).toBeLessThan(80);
  });
});

describe("glide", () => {
  it("moves evenly though columns come in bursts, and ends at the newest", () => {
    const glide = new Glide();
    let [now, end] = [0, 0];
    const steps: number[] = [];
    for (let k = 0; k < 600; k++) {
      now += 1000 / 60;
      if (k % 3 === 0) glide.arrived((end = Math.floor((now * 125) / 1000)), 0, now);
      const before = glide.head;
      glide.move(125, now);
      if (k > 200) steps.push(glide.head - before);
    }
    expect(Math.min(...steps)).toBeGreaterThan(1.4);
    expect(Math.max(...steps)).toBeLessThan(2.9);
    for (let k = 0; k < 200; k++) glide.move(125, (now += 1000 / 60));
    expect(glide.head).toBe(end);
    expect(glide.move(125, now + 16)).toBe(false);
  });

  it("shows no more than what is heard", () => {
    const glide = new Glide();
    glide.move(125, 0);
    for (let k = 1; k < 300; k++) {
      glide.arrived(2 * k, 40, 16 * k);
      glide.move(125, 16 * k);
    }
    expect(glide.head).toBeLessThan(600 - 36);
    expect(glide.head).toBeGreaterThan(600 - 46);
  });
});

describe("pace", () => {
  const drawn = (pace: Pace, from: number, seconds: number, each: number) => {
    let now = from;
    while (now < from + 1000 * seconds)
      if (pace.due(now)) pace.drew((now += each * pace.step.every), each);
      else now++;
    return now;
  };

  it("gives way where drawing is late, and comes back", () => {
    const pace = new Pace(false);
    const then = drawn(pace, 0, 3, 45);
    expect(pace.step.scale).toBeLessThan(1);
    drawn(pace, then, 400, 16.7);
    expect(pace.step.scale).toBe(1);
  });

  it("never tries more than a processor can do that makes the sound too", () => {
    const pace = new Pace(true);
    const first = pace.step.scale;
    drawn(pace, 0, 200, 16.7);
    expect(pace.step.scale).toBe(first);
    const now = 300_000;
    while (!pace.due(now));
    pace.drew(now, 50);
    expect([0, 1, 2].some(() => pace.due(now + 150))).toBe(false);
    expect([0, 1, 2].some(() => pace.due(now + 201))).toBe(true);
  });
});
