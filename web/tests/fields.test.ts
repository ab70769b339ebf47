/** The fold that pages run is the bundle's own, and what is no fold is refused. */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { Fold } from "../src/fields/fold";
import { readOnnx } from "../src/fields/onnx";
import { OPERATORS } from "../src/fields/operators";
import { tensor } from "../src/fields/tensor";

interface Reference {
  fold: string;
  places: number[][];
  packets: number[][];
}

const told = execFileSync(process.env["PYTHON"] ?? "python3", [resolve(import.meta.dirname, "fold_reference.py"), "fields"], {
  env: { ...process.env, PYTHONPATH: resolve(import.meta.dirname, "../../src") },
  maxBuffer: 1 << 26,
});
const { fold, places, packets } = JSON.parse(told.toString()) as Reference;
const bytes = new Uint8Array(Buffer.from(fold, "base64"));

describe("the fold of a bundle", () => {
  it("makes OpenVINO's packets", () => {
    const made = new Fold(bytes);
    let most = 0;
    places.forEach((place, n) => {
      const packet = made.of(Float32Array.from(place));
      expect(packet).toHaveLength(packets[n]!.length);
      packets[n]!.forEach((wanted, k) => (most = Math.max(most, Math.abs(packet[k]! - wanted) / (1 + Math.abs(wanted)))));
    });
    expect(places.length).toBeGreaterThan(30);
    expect(most).toBeLessThan(1e-4);
  });

  it("is computed from w alone, the same every time", () => {
    const made = new Fold(bytes);
    const first = Float32Array.from(made.of(Float32Array.from(places[0]!)));
    made.of(Float32Array.from(places[1]!));
    expect(made.of(Float32Array.from(places[0]!))).toEqual(first);
  });
});

describe("what is no fold", () => {
  it.each([0, 1, 100, bytes.length - 1])("is refused when it ends after %d bytes", (end) => {
    expect(() => new Fold(bytes.subarray(0, end))).toThrow(/ONNX/);
  });

  it("is refused when an operator is not known", () => {
    const text = Buffer.from(bytes);
    const at = text.indexOf("GridSample");
    text.write("GridSimple", at);
    expect(() => new Fold(new Uint8Array(text))).toThrow("GridSimple is not known");
    text.write("toString\0\0", at);
    expect(() => new Fold(new Uint8Array(text))).toThrow("is not known");
  });

  it("has names, steps and numbers when it is one", () => {
    const graph = readOnnx(bytes);
    expect([graph.inputs, graph.outputs]).toEqual([["w"], ["packet"]]);
    expect(graph.steps.length).toBeGreaterThan(100);
    expect([...graph.constants.values()].every((one) => one.data.every(Number.isFinite))).toBe(true);
  });
});

describe("operators", () => {
  const run = (name: string, given: [number[], number[]][], attributes: [string, number][] = []) =>
    OPERATORS[name]!(given.map(([shape, data]) => tensor(shape, data)), new Map(attributes));

  it("broadcast as NumPy does", () => {
    const made = run("Add", [[[2, 1], [1, 2]], [[3], [10, 20, 30]]]);
    expect(made).toEqual(tensor([2, 3], [11, 21, 31, 12, 22, 32]));
    expect(() => run("Add", [[[2], [1, 2]], [[3], [1, 2, 3]]])).toThrow("do not fit");
  });

  it("multiply matrices and vectors", () => {
    expect(run("MatMul", [[[2, 2], [1, 2, 3, 4]], [[2], [5, 6]]])).toEqual(tensor([2], [17, 39]));
    expect(run("MatMul", [[[2], [5, 6]], [[2, 2], [1, 2, 3, 4]]])).toEqual(tensor([2], [23, 34]));
  });

  it("reduce along axes, from the last too", () => {
    const given: [number[], number[]] = [[2, 3], [1, 2, 3, 4, 5, 6]];
    expect(run("ReduceSum", [given, [[1], [-1]]], [["keepdims", 0]])).toEqual(tensor([2], [6, 15]));
    expect(run("ReduceMean", [given])).toEqual(tensor([1, 1], [3.5]));
    expect(run("Softmax", [[[1, 2], [0, 0]]])).toEqual(tensor([1, 2], [0.5, 0.5]));
  });

  it("slice, gather and join", () => {
    const given: [number[], number[]] = [[2, 3], [1, 2, 3, 4, 5, 6]];
    const slice: [number[], number[]][] = [given, [[1], [-2]], [[1], [9e18]], [[1], [1]]];
    expect(run("Slice", slice)).toEqual(tensor([2, 2], [2, 3, 5, 6]));
    expect(run("Gather", [given, [[], [-1]]], [["axis", 1]])).toEqual(tensor([2], [3, 6]));
    expect(run("Concat", [given, given], [["axis", 1]]).data).toEqual(Float32Array.of(1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6));
  });
});
