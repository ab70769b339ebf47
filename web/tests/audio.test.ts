import { describe, expect, it, vi } from "vitest";
import { BufferTarget } from "../src/audio/buffer-target";
import { Credits } from "../src/audio/credits";
import { LatencyMeter } from "../src/audio/latency";
import { Sender } from "../src/play/sender";

describe("credits", () => {
  it("never has more on its way than the target", () => {
    const credits = new Credits();
    expect(credits.ask(0, 1440, 180)).toBe(1408);
    expect(credits.ask(0, 1440, 180)).toBe(0);
    credits.received(1408);
    expect(credits.ask(1320, 1440, 0)).toBe(0);
    expect(credits.ask(900, 1440, 180)).toBe(512);
    credits.forget();
    expect(credits.ask(0, 960, 120)).toBe(896);
  });

  it("asks for more at once where more is kept ready, and for all that was played", () => {
    const credits = new Credits();
    const target = new BufferTarget(400);
    let [fill, pulls, least] = [target.frames, 0, Infinity];
    for (let turn = 0; turn < 1000; turn++) {
      fill -= 512;
      const frames = credits.ask(fill, target.frames, target.pull);
      credits.received(frames);
      fill += frames;
      pulls += Number(frames > 0);
      least = Math.min(least, fill);
    }
    expect(pulls).toBe(200);
    expect(least).toBeGreaterThan(target.frames - target.pull);
    expect(target.enough).toBeLessThanOrEqual(least);
  });
});

describe("buffer", () => {
  const later = (target: BufferTarget, from: number, seconds: number, answer: number) => {
    for (let now = from; now < from + 1000 * seconds; now += 10) {
      target.answered(answer);
      target.calm(now);
    }
  };

  it("grows with underruns as far as needed, and stays for a minute", () => {
    const target = new BufferTarget(30);
    for (let k = 0; k < 6; k++) target.underrun(1000);
    const grown = target.ms;
    expect(grown).toBeGreaterThan(100);
    later(target, 2000, 58, 3);
    expect(target.ms).toBe(grown);
    later(target, 61_000, 40, 3);
    expect(target.ms).toBe(30);
    expect(target.frames).toBe(1440);
    for (let k = 0; k < 40; k++) target.underrun(200_000);
    expect(target.ms).toBe(400);
  });

  it("stays where slow answers need it", () => {
    const target = new BufferTarget(30);
    for (let k = 0; k < 3; k++) target.underrun(1000);
    later(target, 1000, 90, 35);
    expect(target.ms).toBe(57);
    later(target, 91_000, 30, 3);
    expect(target.ms).toBe(30);
  });

  it("grows before there is a gap, but not beyond what is heard soon", () => {
    const target = new BufferTarget(30);
    target.answered(5);
    expect(target.ms).toBe(30);
    target.answered(20);
    expect(target.ms).toBe(42);
    target.answered(90);
    expect(target.ms).toBe(55);
    later(target, 0, 60, 3);
    expect(target.ms).toBe(30);
  });

  it("grows to what slow answers need at once when a gap comes back", () => {
    const target = new BufferTarget(45);
    target.underrun(1000);
    target.answered(240);
    expect(target.ms).toBeLessThan(60);
    later(target, 1000, 19, 3);
    target.underrun(20_000);
    target.answered(128);
    expect(target.ms).toBe(240);
    target.answered(156);
    expect(target.ms).toBe(288);
    later(target, 20_010, 230, 3);
    expect(target.ms).toBe(288);
    later(target, 250_000, 40, 3);
    expect(target.ms).toBe(288);
    later(target, 290_000, 60, 3);
    expect(target.ms).toBe(45);
    target.answered(240);
    expect(target.ms).toBe(55);
  });

  it("is full while the page is braced, and as before afterwards", () => {
    const target = new BufferTarget(30);
    target.brace(true);
    target.answered(200);
    expect(target.frames).toBe(4800);
    target.brace(false);
    expect(target.ms).toBe(30);
  });
});

describe("latency", () => {
  it("is counted to the frame, not to the report", () => {
    const meter = new LatencyMeter();
    meter.begins(0);
    meter.send(1, 1000);
    meter.applied(1, 4800);
    meter.applied(99, 1);
    meter.played(4800, 1040);
    expect(meter.percentile(0.5)).toBeNull();
    meter.played(4800 + 480, 1050);
    expect(meter.percentile(0.5)).toBeCloseTo(40);
    expect(meter.takeFresh()).toHaveLength(1);
    expect(meter.takeFresh()).toEqual([]);
  });

  it("leaves out what was applied while the server was warmed up, whose frames nobody hears", () => {
    const meter = new LatencyMeter();
    meter.send(1, 1000);
    meter.send(2, 1010);
    meter.applied(1, 512);
    // As after an earlier connection: its frames are far ahead.
    meter.played(960_000, 1005);
    meter.begins(9600);
    meter.applied(2, 9700);
    meter.played(9600 + 480, 1050);
    expect(meter.count).toBe(1);
    expect(meter.percentile(0.5)).toBeGreaterThan(0);
    meter.forget();
    meter.send(3, 2000);
    meter.applied(3, 100);
    meter.played(20_000, 2001);
    expect(meter.count).toBe(1);
  });
});

describe("sender", () => {
  it("sends at once, then gathers", () => {
    vi.useFakeTimers();
    const sent: Record<string, number>[] = [];
    const sender = new Sender((values) => sent.push(values));
    sender.add({ a: 1 });
    sender.add({ a: 2 });
    sender.add({ b: 3 });
    expect(sent).toEqual([{ a: 1 }]);
    vi.advanceTimersByTime(20);
    expect(sent).toEqual([{ a: 1 }, { a: 2, b: 3 }]);
    vi.useRealTimers();
  });
});
