import { describe, expect, it } from "vitest";
import { BufferTarget } from "../src/audio/buffer-target";
import { Credits } from "../src/audio/credits";
import { LatencyMeter } from "../src/audio/latency";
import { Sender } from "../src/play/sender";

describe("credits", () => {
  it("never has more on its way than the target", () => {
    const credits = new Credits();
    expect(credits.ask(0, 1440)).toBe(1440);
    expect(credits.ask(0, 1440)).toBe(0);
    credits.received(1440);
    expect(credits.ask(1200, 1440)).toBe(0);
    expect(credits.ask(900, 1440)).toBe(480);
    credits.forget();
    expect(credits.ask(0, 960)).toBe(960);
  });
});

describe("buffer", () => {
  it("grows with underruns up to 100 ms and comes back when it is calm", () => {
    const target = new BufferTarget(30);
    for (let k = 0; k < 9; k++) target.underrun(1000);
    expect(target.ms).toBe(100);
    target.calm(2000);
    expect(target.ms).toBe(100);
    for (let now = 40_000; now < 2_000_000; now += 31_000) target.calm(now);
    expect(target.ms).toBe(30);
    expect(target.frames).toBe(1440);
  });
});

describe("latency", () => {
  it("is counted to the frame, not to the report", () => {
    const meter = new LatencyMeter();
    meter.send(1, 1000);
    meter.applied(1, 4800);
    meter.applied(99, 1);
    meter.played(4800, 1040);
    expect(meter.percentile(0.5)).toBeNull();
    meter.played(4800 + 480, 1050);
    expect(meter.percentile(0.5)).toBeCloseTo(40);
  });
});

describe("sender", () => {
  it("sends at once, then gathers", async () => {
    const sent: Record<string, number>[] = [];
    const sender = new Sender((values) => sent.push(values));
    sender.add({ a: 1 });
    sender.add({ a: 2 });
    sender.add({ b: 3 });
    expect(sent).toEqual([{ a: 1 }]);
    await new Promise((done) => setTimeout(done, 20));
    expect(sent).toEqual([{ a: 1 }, { a: 2, b: 3 }]);
  });
});
