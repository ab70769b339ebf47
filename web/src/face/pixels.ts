/** Pixels for the networks, sampled as Pillow does for Python: the same face, the same numbers. */

export interface Frame {
  width: number;
  height: number;
  /** RGBA, 8 bits */
  data: Uint8ClampedArray;
}

/** For each output pixel the first input pixel and the weights of it and those after it. */
function weights(from: number, to: number): [number, Float64Array][] {
  const scale = from / to;
  const support = Math.max(1, scale);
  return Array.from({ length: to }, (_, k) => {
    const centre = (k + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(from, Math.floor(centre + support + 0.5));
    const row = new Float64Array(end - first);
    let sum = 0;
    for (let i = 0; i < row.length; i++) {
      row[i] = Math.max(0, 1 - Math.abs((i + first - centre + 0.5) / support));
      sum += row[i]!;
    }
    for (let i = 0; i < row.length; i++) row[i]! /= sum;
    return [first, row];
  });
}

/** The frame at another size, RGB 0..255 `[height, width, 3]`, by a triangle filter. */
export function resize(frame: Frame, width: number, height: number): Float32Array {
  const across = weights(frame.width, width);
  const down = weights(frame.height, height);
  const narrow = new Float32Array(frame.height * width * 3);
  for (let y = 0; y < frame.height; y++) {
    for (let x = 0; x < width; x++) {
      const [first, row] = across[x]!;
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        let at = 4 * (y * frame.width + first) + channel;
        for (let i = 0; i < row.length; i++, at += 4) sum += row[i]! * frame.data[at]!;
        narrow[3 * (y * width + x) + channel] = Math.round(sum);
      }
    }
  }
  const small = new Float32Array(height * width * 3);
  for (let y = 0; y < height; y++) {
    const [first, column] = down[y]!;
    for (let x = 0; x < 3 * width; x++) {
      let sum = 0;
      for (let i = 0; i < column.length; i++) sum += column[i]! * narrow[(first + i) * 3 * width + x]!;
      small[y * 3 * width + x] = Math.round(sum);
    }
  }
  return small;
}

/** x' = a x + b y + c; y' = d x + e y + f: from a pixel of the crop to one of the frame. */
export type Affine = readonly [number, number, number, number, number, number];

/** A square of the frame, RGB 0..1 `[size, size, 3]`; black where the frame ends. */
export function crop(frame: Frame, [a, b, c, d, e, f]: Affine, size: number): Float32Array {
  const { width, height, data } = frame;
  const out = new Float32Array(size * size * 3);
  const row = 4 * width;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const fromX = a * (x + 0.5) + b * (y + 0.5) + c;
      const fromY = d * (x + 0.5) + e * (y + 0.5) + f;
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) continue;
      const left = Math.floor(fromX - 0.5);
      const top = Math.floor(fromY - 0.5);
      const partX = fromX - 0.5 - left;
      const partY = fromY - 0.5 - top;
      const x0 = 4 * Math.max(left, 0);
      const x1 = 4 * Math.min(left + 1, width - 1);
      const y0 = row * Math.max(top, 0);
      const y1 = row * Math.min(top + 1, height - 1);
      const at = 3 * (y * size + x);
      for (let channel = 0; channel < 3; channel++) {
        const upper = data[y0 + x0 + channel]! * (1 - partX) + data[y0 + x1 + channel]! * partX;
        const lower = data[y1 + x0 + channel]! * (1 - partX) + data[y1 + x1 + channel]! * partX;
        out[at + channel] = Math.floor(upper * (1 - partY) + lower * partY) / 255;
      }
    }
  }
  return out;
}
