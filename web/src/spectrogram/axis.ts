/** Frequency up the picture, even or by octaves. */

export type Scale = "log" | "linear";
export const LOW_HZ = 40;

/** Height 0..1 of a frequency. */
export function heightOf(hz: number, highHz: number, scale: Scale): number {
  if (scale === "linear") return hz / highHz;
  return Math.log(Math.max(hz, LOW_HZ) / LOW_HZ) / Math.log(highHz / LOW_HZ);
}

/** Frequency at a height 0..1. */
export function hzAt(height: number, highHz: number, scale: Scale): number {
  if (scale === "linear") return height * highHz;
  return LOW_HZ * (highHz / LOW_HZ) ** height;
}

/**
 * For each pixel row from the top, the first row of the picture that it shows and the one after
 * the last.
 */
export function rowMap(pixels: number, rows: number, highHz: number, scale: Scale): Uint16Array {
  const map = new Uint16Array(2 * pixels);
  const row = (height: number) => (hzAt(height, highHz, scale) / highHz) * rows;
  for (let y = 0; y < pixels; y++) {
    const low = Math.min(rows - 1, Math.floor(row((pixels - 1 - y) / pixels)));
    const high = Math.min(rows, Math.max(low + 1, Math.ceil(row((pixels - y) / pixels))));
    map[2 * y] = low;
    map[2 * y + 1] = high;
  }
  return map;
}

/** Frequencies worth a line. */
export function ticks(highHz: number, scale: Scale): number[] {
  const all = scale === "log" ? [50, 100, 200, 500, 1000, 2000, 5000, 10000] : [2000, 4000, 6000, 8000, 10000, 12000, 16000, 20000];
  return all.filter((hz) => hz < highHz * 0.95);
}

export function tickName(hz: number): string {
  return hz >= 1000 ? `${hz / 1000} kHz` : `${hz} Hz`;
}
