/** Level 0..255 to colour: night, indigo, rose, amber, white; brightness rises all the way. */

const STOPS: [number, number, number, number][] = [
  [0, 13, 11, 20],
  [40, 26, 22, 52],
  [95, 72, 48, 140],
  [145, 160, 62, 140],
  [190, 236, 108, 98],
  [225, 255, 184, 92],
  [255, 255, 246, 220],
];

/** RGBA of each level, as little-endian words for image data. */
export const COLOURS: Uint32Array = (() => {
  const table = new Uint32Array(256);
  for (let level = 0; level < 256; level++) {
    const next = STOPS.findIndex(([at]) => at >= level);
    const high = STOPS[Math.max(next, 1)]!;
    const low = STOPS[Math.max(next, 1) - 1]!;
    const part = (level - low[0]) / (high[0] - low[0]);
    const mix = (k: 1 | 2 | 3) => Math.round(low[k] + part * (high[k] - low[k]));
    table[level] = ((255 << 24) | (mix(3) << 16) | (mix(2) << 8) | mix(1)) >>> 0;
  }
  return table;
})();
