import { describe, expect, it } from "vitest";
import { readFacts } from "../src/pages/models/facts";
import { beginning, breed, CHILDREN, childrenOf, line } from "../src/query/lineage";
import { amount, controlTitle, noteName, title } from "../src/kit/words";

const random = (n: number) => Array.from({ length: 2 * CHILDREN }, (_, k) => [k + n, Math.sin(k), -k]);

describe("query", () => {
  it("has children near their parent, and a line back to the first", () => {
    const first = breed(beginning, random(0), 0.5);
    expect(childrenOf(first, null)).toHaveLength(CHILDREN);
    const parent = first.sounds[2]!;
    const second = breed({ ...first, parent: parent.id }, random(5), 0.1);
    const children = childrenOf(second, parent.id);
    expect(children).toHaveLength(CHILDREN);
    for (const { w } of children) expect(Math.abs(w[0]! - parent.w[0]!)).toBeLessThan(0.2);
    const third = { ...second, parent: children[0]!.id };
    expect(line(third).map(({ id }) => id)).toEqual([parent.id, children[0]!.id]);
    expect(new Set(third.sounds.map(({ id }) => id)).size).toBe(third.sounds.length);
  });
  it("forgets the oldest, never the line to here", () => {
    let lineage = breed(beginning, random(0), 0.5);
    lineage = { ...lineage, parent: lineage.sounds[0]!.id };
    for (let k = 0; k < 80; k++) lineage = breed(lineage, random(k), 0.3);
    expect(lineage.sounds.length).toBeLessThanOrEqual(241);
    expect(line(lineage)).toHaveLength(1);
  });
});

describe("words", () => {
  it("reads names and numbers as players do", () => {
    expect(title("instrument/electric_piano_rhodes")).toBe("Electric piano rhodes");
    expect(controlTitle("yaw_velocity")).toBe("Yaw speed");
    expect(amount(-3.14159, -5, 5, "Hz")).toBe("−3.1 Hz");
    expect(noteName(60)).toBe("C4");
  });
  it("takes a model's own description with pieces missing", () => {
    expect(readFacts({}).data).toEqual([]);
    expect(readFacts({ provenance: { data: [{ clips: 3 }, null], metrics: { a: 1, b: {} } } })).toMatchObject({
      data: [{ clips: "3" }, { clips: "" }],
      metrics: [["a", "1"]],
    });
  });
});
