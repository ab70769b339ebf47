/** What the steps of a fold compute: the operators of ONNX (opset 18) that folds are made of. */
import type { Attributes } from "./onnx";
import { around, axisOf, count, pairs, spread, tensor, type Tensor } from "./tensor";

/** Inputs that were left out are undefined. */
export type Operator = (inputs: (Tensor | undefined)[], attributes: Attributes) => Tensor;

const each = (of: (x: number) => number): Operator => ([x]) => ({ shape: x!.shape, data: x!.data.map(of) });
const both = (of: (a: number, b: number) => number): Operator => ([a, b]) => pairs(a!, b!, of);
const truth = (of: (a: number, b: number) => boolean): Operator => both((a, b) => (of(a, b) ? 1 : 0));
const numbers = (given: Tensor): number[] => Array.from(given.data);
const whole = (attributes: Attributes, name: string, usual: number): number => Number(attributes.get(name) ?? usual);

function matMul([a, b]: (Tensor | undefined)[]): Tensor {
  const inner = a!.shape.at(-1)!;
  const rows = a!.data.length / inner;
  const columns = b!.shape.length > 1 ? b!.shape.at(-1)! : 1;
  const made = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let total = 0;
      for (let k = 0; k < inner; k++) total += a!.data[row * inner + k]! * b!.data[k * columns + column]!;
      made[row * columns + column] = total;
    }
  }
  return { shape: [...a!.shape.slice(0, -1), ...(b!.shape.length > 1 ? [columns] : [])], data: made };
}

function reduce(inputs: (Tensor | undefined)[], attributes: Attributes, share: (along: number) => number): Tensor {
  let { shape, data } = inputs[0]!;
  const axes = inputs[1] ? numbers(inputs[1]).map((axis) => axisOf(axis, shape.length)) : [...shape.keys()];
  for (const axis of axes) {
    const [before, along, behind] = around(shape, axis);
    const made = new Float32Array(before * behind);
    for (let k = 0; k < made.length; k++) {
      const first = Math.floor(k / behind) * along * behind + (k % behind);
      let total = 0;
      for (let n = 0; n < along; n++) total += data[first + n * behind]!;
      made[k] = total * share(along);
    }
    data = made;
    shape = shape.map((side, at) => (at === axis ? 1 : side));
  }
  const kept = whole(attributes, "keepdims", 1) === 1;
  return { shape: kept ? shape : shape.filter((_, axis) => !axes.includes(axis)), data };
}

const softmax: Operator = ([x], attributes) => {
  const [before, along, behind] = around(x!.shape, whole(attributes, "axis", -1));
  const data = new Float32Array(x!.data.length);
  for (let k = 0; k < before * behind; k++) {
    const at = Array.from({ length: along }, (_, n) => (Math.floor(k / behind) * along + n) * behind + (k % behind));
    const most = Math.max(...at.map((one) => x!.data[one]!));
    const powers = at.map((one) => Math.exp(x!.data[one]! - most));
    const total = powers.reduce((sum, one) => sum + one, 0);
    at.forEach((one, n) => (data[one] = powers[n]! / total));
  }
  return { shape: x!.shape, data };
};

const slice: Operator = ([x, starts, ends, axes, steps]) => {
  let { shape, data } = x!;
  if (steps?.data.some((step) => step !== 1)) throw new Error("a fold slices in steps");
  const begins = numbers(starts!);
  begins.forEach((begin, n) => {
    const axis = axisOf(axes ? axes.data[n]! : n, shape.length);
    const [before, along, behind] = around(shape, axis);
    const inside = (at: number) => Math.min(along, Math.max(0, at < 0 ? at + along : at));
    const [from, to] = [inside(begin), inside(ends!.data[n]!)];
    const made = new Float32Array(before * (to - from) * behind);
    for (let k = 0; k < before; k++) {
      made.set(data.subarray((k * along + from) * behind, (k * along + to) * behind), k * (to - from) * behind);
    }
    data = made;
    shape = shape.map((side, at) => (at === axis ? to - from : side));
  });
  return { shape, data };
};

const gather: Operator = ([x, places], attributes) => {
  const axis = axisOf(whole(attributes, "axis", 0), x!.shape.length);
  const [before, along, behind] = around(x!.shape, axis);
  const wanted = numbers(places!).map((at) => axisOf(at, along));
  const data = new Float32Array(before * wanted.length * behind);
  for (let k = 0; k < before; k++) {
    wanted.forEach((at, n) => {
      const from = (k * along + at) * behind;
      data.set(x!.data.subarray(from, from + behind), (k * wanted.length + n) * behind);
    });
  }
  return { shape: [...x!.shape.slice(0, axis), ...places!.shape, ...x!.shape.slice(axis + 1)], data };
};

const concat: Operator = (inputs, attributes) => {
  const given = inputs as Tensor[];
  const axis = axisOf(whole(attributes, "axis", 0), given[0]!.shape.length);
  const sides = given.map((one) => around(one.shape, axis));
  const [before, , behind] = sides[0]!;
  const total = sides.reduce((sum, [, along]) => sum + along, 0);
  const data = new Float32Array(before * total * behind);
  let at = 0;
  for (let k = 0; k < before; k++) {
    given.forEach((one, n) => {
      const size = sides[n]![1] * behind;
      data.set(one.data.subarray(k * size, (k + 1) * size), at);
      at += size;
    });
  }
  return { shape: given[0]!.shape.map((side, n) => (n === axis ? total : side)), data };
};

const reshape: Operator = ([x, wanted]) => {
  const shape = numbers(wanted!);
  const known = count(shape.filter((side) => side !== -1));
  return { shape: shape.map((side) => (side === -1 ? x!.data.length / known : side)), data: x!.data };
};

const squeeze: Operator = ([x, axes]) => {
  const gone = axes ? numbers(axes).map((axis) => axisOf(axis, x!.shape.length)) : null;
  const shape = x!.shape.filter((side, axis) => (gone ? !gone.includes(axis) : side !== 1));
  return { shape, data: x!.data };
};

const unsqueeze: Operator = ([x, axes]) => {
  const all = x!.shape.length + axes!.data.length;
  const shape = [...x!.shape];
  for (const axis of numbers(axes!).map((one) => axisOf(one, all)).sort((a, b) => a - b)) shape.splice(axis, 0, 1);
  return { shape, data: x!.data };
};

const clip: Operator = ([x, least, most]) => {
  const [low, high] = [least?.data[0] ?? -Infinity, most?.data[0] ?? Infinity];
  return { shape: x!.shape, data: x!.data.map((one) => Math.min(high, Math.max(low, one))) };
};

const where: Operator = ([which, yes, no]) => {
  const given = [which!, yes!, no!] as const;
  const [w, y, n] = given.map((one) => spread(one, given)) as [Tensor, Tensor, Tensor];
  return { shape: w.shape, data: y.data.map((one, k) => (w.data[k] ? one : n.data[k]!)) };
};

/** Bilinear, of one image of one channel, corners at -1 and 1; outside of it stands its border. */
const gridSample: Operator = ([x, grid], attributes) => {
  const [images, channels, height, width] = x!.shape as [number, number, number, number];
  if (images !== 1 || channels !== 1 || whole(attributes, "align_corners", 0) !== 1 || attributes.get("padding_mode") !== "border") {
    throw new Error("a fold samples a grid in a way that is not known here");
  }
  const places = grid!.data.length / 2;
  const data = new Float32Array(places);
  for (let k = 0; k < places; k++) {
    const inside = (at: number, side: number) => Math.min(side - 1, Math.max(0, ((at + 1) / 2) * (side - 1)));
    const [across, down] = [inside(grid!.data[2 * k]!, width), inside(grid!.data[2 * k + 1]!, height)];
    const [left, top] = [Math.min(width - 2, Math.floor(across)), Math.min(height - 2, Math.floor(down))];
    const [right, low] = [across - left, down - top];
    const at = top * width + left;
    const above = x!.data[at]! * (1 - right) + x!.data[at + 1]! * right;
    const below = x!.data[at + width]! * (1 - right) + x!.data[at + width + 1]! * right;
    data[k] = above * (1 - low) + below * low;
  }
  return tensor([1, 1, ...grid!.shape.slice(1, 3)], data);
};

export const OPERATORS: Readonly<Record<string, Operator>> = {
  Abs: each(Math.abs),
  Add: both((a, b) => a + b),
  Atan: each(Math.atan),
  Clip: clip,
  Concat: concat,
  Cos: each(Math.cos),
  Div: both((a, b) => a / b),
  Exp: each(Math.exp),
  Floor: each(Math.floor),
  Gather: gather,
  Greater: truth((a, b) => a > b),
  GridSample: gridSample,
  IsNaN: each((x) => (Number.isNaN(x) ? 1 : 0)),
  Less: truth((a, b) => a < b),
  MatMul: matMul,
  Max: both(Math.max),
  Min: both(Math.min),
  Mul: both((a, b) => a * b),
  Neg: each((x) => -x),
  Pow: both(Math.pow),
  Reciprocal: each((x) => 1 / x),
  ReduceMean: (inputs, attributes) => reduce(inputs, attributes, (along) => 1 / along),
  ReduceSum: (inputs, attributes) => reduce(inputs, attributes, () => 1),
  Reshape: reshape,
  Sigmoid: each((x) => 1 / (1 + Math.exp(-x))),
  Sin: each(Math.sin),
  Slice: slice,
  Softmax: softmax,
  Sqrt: each(Math.sqrt),
  Squeeze: squeeze,
  Sub: both((a, b) => a - b),
  Tanh: each(Math.tanh),
  Unsqueeze: unsqueeze,
  Where: where,
};
