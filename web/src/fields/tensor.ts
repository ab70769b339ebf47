/** Arrays of numbers with a shape, rows last; truth values are 0 and 1. */
export interface Tensor {
  shape: readonly number[];
  data: Float32Array;
}

export const count = (shape: readonly number[]): number => shape.reduce((total, side) => total * side, 1);

export const tensor = (shape: readonly number[], data: Float32Array | number[]): Tensor => ({
  shape,
  data: data instanceof Float32Array ? data : Float32Array.from(data),
});

/** The nth axis from the first, of an axis that may be counted from the last (-1). */
export const axisOf = (axis: number, axes: number): number => (axis < 0 ? axis + axes : axis);

/** Sides before an axis, the axis itself and the sides behind it, each as one number. */
export function around(shape: readonly number[], axis: number): [before: number, along: number, behind: number] {
  const at = axisOf(axis, shape.length);
  return [count(shape.slice(0, at)), shape[at] ?? 1, count(shape.slice(at + 1))];
}

/** The shape that NumPy's rules give two or more together. */
function commonShape(shapes: readonly (readonly number[])[]): number[] {
  const axes = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: axes }, (_, axis) => {
    const sides = shapes.map((shape) => shape[shape.length - axes + axis] ?? 1);
    const side = sides.find((one) => one !== 1) ?? 1;
    if (sides.some((one) => one !== 1 && one !== side)) throw new Error("the shapes of a fold do not fit");
    return side;
  });
}

const found = new Map<string, Int32Array>();

/** Where in a tensor each number of a larger shape comes from; the same few shapes come every frame. */
function sources({ shape }: Tensor, wanted: readonly number[]): Int32Array {
  const name = `${shape.join()} ${wanted.join()}`;
  const known = found.get(name) ?? findSources(shape, wanted);
  found.set(name, known);
  return known;
}

function findSources(shape: readonly number[], wanted: readonly number[]): Int32Array {
  const made = new Int32Array(count(wanted));
  let stride = 1;
  let block = 1;
  for (let axis = wanted.length - 1; axis >= 0; axis--) {
    const side = wanted[axis]!;
    const own = shape[shape.length - wanted.length + axis] ?? 1;
    if (own !== 1) for (let at = 0; at < made.length; at++) made[at]! += (Math.floor(at / block) % side) * stride;
    stride *= own;
    block *= side;
  }
  return made;
}

/** A function of two numbers, over two tensors of shapes that go together. */
export function pairs(a: Tensor, b: Tensor, of: (a: number, b: number) => number): Tensor {
  const shape = commonShape([a.shape, b.shape]);
  const made = new Float32Array(count(shape));
  const [x, y] = [a.data, b.data];
  if (x.length === made.length && y.length === made.length) {
    for (let k = 0; k < made.length; k++) made[k] = of(x[k]!, y[k]!);
  } else if (y.length === 1) {
    for (let k = 0; k < made.length; k++) made[k] = of(x[k]!, y[0]!);
  } else if (x.length === 1) {
    for (let k = 0; k < made.length; k++) made[k] = of(x[0]!, y[k]!);
  } else {
    const [from, to] = [sources(a, shape), sources(b, shape)];
    for (let k = 0; k < made.length; k++) made[k] = of(x[from[k]!]!, y[to[k]!]!);
  }
  return { shape, data: made };
}

/** A tensor as if it had another shape, by NumPy's rules of broadcasting. */
export function spread(one: Tensor, others: readonly Tensor[]): Tensor {
  const shape = commonShape([one, ...others].map((each) => each.shape));
  if (one.data.length === count(shape)) return { shape, data: one.data };
  return { shape, data: Float32Array.from(sources(one, shape), (at) => one.data[at]!) };
}
