/** Reads small ONNX networks: the wire format of protocol buffers (field numbers: onnx/onnx.proto). */
import { count, tensor, type Tensor } from "./tensor";

export type Attributes = ReadonlyMap<string, number | string | number[] | Tensor>;

export interface Step {
  operator: string;
  /** names; "" where one was left out */
  inputs: string[];
  outputs: string[];
  attributes: Attributes;
}

export interface Graph {
  constants: Map<string, Tensor>;
  /** in an order in which they can run */
  steps: Step[];
  inputs: string[];
  outputs: string[];
}

type Field = [field: number, value: number | Uint8Array];

const FLOAT = 1;
const INT64 = 7;
const BOOL = 9;

/** @throws Error for what is not a whole network. */
export function readOnnx(bytes: Uint8Array): Graph {
  const graph = part(fields(bytes), 7);
  if (!graph) throw new Error("this is no ONNX network");
  const inner = [...fields(graph)];
  return {
    constants: new Map(parts(inner, 5).map((one) => readTensor(one))),
    steps: parts(inner, 1).map(readStep),
    inputs: parts(inner, 11).map((one) => text(part(fields(one), 1)!)),
    outputs: parts(inner, 12).map((one) => text(part(fields(one), 1)!)),
  };
}

function readStep(bytes: Uint8Array): Step {
  const inner = [...fields(bytes)];
  return {
    operator: text(part(inner, 4)!),
    inputs: parts(inner, 1).map(text),
    outputs: parts(inner, 2).map(text),
    attributes: new Map(parts(inner, 5).map(readAttribute)),
  };
}

function readAttribute(bytes: Uint8Array): [string, number | string | number[] | Tensor] {
  const inner = [...fields(bytes)];
  const name = text(part(inner, 1)!);
  const find = (wanted: number) => inner.find(([field]) => field === wanted)?.[1];
  const [float, whole, letters, made] = [find(2), find(3), find(4), find(5)];
  if (float instanceof Uint8Array) return [name, new DataView(float.buffer, float.byteOffset).getFloat32(0, true)];
  if (typeof whole === "number") return [name, whole];
  if (letters instanceof Uint8Array) return [name, text(letters)];
  if (made instanceof Uint8Array) return [name, readTensor(made)[1]];
  return [name, wholes(inner, 8)];
}

function readTensor(bytes: Uint8Array): [string, Tensor] {
  const inner = [...fields(bytes)];
  const shape = wholes(inner, 1);
  const kind = inner.find(([field]) => field === 2)?.[1];
  const raw = part(inner, 9);
  const size = count(shape);
  const name = text(part(inner, 8) ?? new Uint8Array());
  if (kind === INT64 && !raw) return [name, tensor(shape, wholes(inner, 7))];
  const view = raw && new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  if (view && kind === FLOAT && view.byteLength === 4 * size) {
    return [name, tensor(shape, Float32Array.from({ length: size }, (_, at) => view.getFloat32(4 * at, true)))];
  }
  if (view && kind === INT64 && view.byteLength === 8 * size) {
    return [name, tensor(shape, Array.from({ length: size }, (_, at) => Number(view.getBigInt64(8 * at, true))))];
  }
  if (raw && kind === BOOL && raw.byteLength === size) return [name, tensor(shape, Array.from(raw))];
  throw new Error(`the numbers of '${name}' are of a kind that is not known here`);
}

/** Whole numbers of a repeated field, in one piece or one by one. */
function wholes(inner: Iterable<Field>, wanted: number): number[] {
  const found: number[] = [];
  for (const [field, value] of inner) {
    if (field !== wanted) continue;
    if (typeof value === "number") found.push(value);
    else for (let at = 0; at < value.length; ) {
      const [one, next] = varint(value, at);
      found.push(one);
      at = next;
    }
  }
  return found;
}

const parts = (inner: Iterable<Field>, wanted: number): Uint8Array[] =>
  [...inner].flatMap(([field, value]) => (field === wanted && value instanceof Uint8Array ? [value] : []));

const part = (inner: Iterable<Field>, wanted: number): Uint8Array | undefined => parts(inner, wanted)[0];

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < bytes.length) {
    const [key, from] = varint(bytes, at);
    const [field, kind] = [Math.floor(key / 8), key % 8];
    if (kind === 0) {
      const [value, next] = varint(bytes, from);
      yield [field, value];
      at = next;
      continue;
    }
    const [size, begin] = kind === 2 ? varint(bytes, from) : [kind === 5 ? 4 : 8, from];
    if (![1, 2, 5].includes(kind) || begin + size > bytes.length) throw new Error("this is no ONNX network");
    yield [field, bytes.subarray(begin, begin + size)];
    at = begin + size;
  }
}

/** Seven bits a byte, the lowest first; 64 bits are a signed number. */
function varint(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = bytes[at++];
    if (byte === undefined) break;
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return [Number(BigInt.asIntN(64, value)), at];
  }
  throw new Error("this is no ONNX network");
}
