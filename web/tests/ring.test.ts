import { describe, expect, it } from "vitest";
import { CAPACITY, RingReader, RingWriter, makeRing } from "../src/audio/ring";

function pair() {
  const memory = makeRing();
  const writer = new RingWriter(memory);
  const reader = new RingReader(memory);
  return { memory, writer, reader };
}
const quantum = () => [new Float32Array(128), new Float32Array(128)] as const;
const ramp = (frames: number, from = 0) => Float32Array.from({ length: frames }, (_, k) => (from + k + 1) / 1e5);

describe("ring", () => {
  it("gives what was written, in order, over its end, after the fade in", () => {
    const { writer, reader } = pair();
    let next = 0;
    let seen = 0;
    for (let round = 0; round < 400; round++) {
      writer.write(ramp(256, next), 1);
      next += 256;
      for (let k = 0; k < 2; k++) {
        const [left, right] = quantum();
        expect(reader.take(left, right)).toBe(128);
        if (seen > 0) {
          expect(left[0]).toBeCloseTo((seen + 1) / 1e5, 6);
          expect(right[127]).toBeCloseTo((seen + 128) / 1e5, 6);
        }
        seen += 128;
      }
    }
    expect(seen).toBeGreaterThan(2 * CAPACITY);
    expect(reader.underruns).toBe(0);
  });

  it("waits for enough, runs dry once with a fade, waits again", () => {
    const { writer, reader } = pair();
    writer.enough = 300;
    const [left, right] = quantum();
    writer.write(new Float32Array(200).fill(0.5), 1);
    expect(reader.take(left, right)).toBe(0);
    writer.write(new Float32Array(100).fill(0.5), 1);
    expect(reader.take(left, right)).toBe(128);
    expect(reader.take(left, right)).toBe(128);
    expect(reader.take(left, right)).toBe(44);
    expect(Math.abs(left[43]!)).toBeLessThan(0.02);
    expect(reader.take(left, right)).toBe(0);
    expect(reader.underruns).toBe(1);
  });

  it("keeps left and right apart and drops what has no room", () => {
    const { writer, reader } = pair();
    writer.write(Float32Array.from({ length: 2 * CAPACITY + 20 }, (_, k) => (k % 2 ? -1 : 1)), 2);
    expect(writer.fill).toBe(CAPACITY);
    const [left, right] = quantum();
    reader.take(left, right);
    reader.take(left, right);
    expect(left[5]).toBe(1);
    expect(right[5]).toBe(-1);
  });

  it("does not play what was dropped", () => {
    const { writer, reader } = pair();
    writer.write(ramp(1000), 1);
    writer.drop();
    const [left, right] = quantum();
    expect(reader.take(left, right)).toBe(0);
    expect(reader.fill).toBe(0);
    expect(reader.underruns).toBe(0);
  });
});
