/** Pictures of dark rooms, made as light as those that the networks were trained on. */

/** of 255: where the lightest parts of a picture are below this, they are brought to it */
const LIGHT_ENOUGH = 100;
const LIGHTEST = 0.98;
const MOST = 16;
const EVERY = 4;

/** How much lighter RGB `[height, width, 3]` is to be, 0..`white` in and out; 1 where there is light enough. */
export function gainOf(pixels: Float32Array, width: number, height: number, white = 255): number {
  const seen: number[] = [];
  for (let y = 0; y < height; y += EVERY) {
    for (let x = 0; x < width; x += EVERY) {
      for (let channel = 0; channel < 3; channel++) seen.push((255 / white) * pixels[3 * (y * width + x) + channel]!);
    }
  }
  seen.sort((a, b) => a - b);
  // As NumPy's percentile: between the two nearest.
  const place = LIGHTEST * (seen.length - 1);
  const low = seen[Math.floor(place)] ?? 0;
  const top = low + (place % 1) * ((seen[Math.ceil(place)] ?? low) - low);
  return Math.max(1, Math.min(LIGHT_ENOUGH / Math.max(top, 1), MOST));
}

/** The pixels themselves, lighter where it was too dark. */
export function lift(pixels: Float32Array, width: number, height: number, white = 255): Float32Array {
  const gain = gainOf(pixels, width, height, white);
  if (gain > 1) for (let k = 0; k < pixels.length; k++) pixels[k] = Math.min(gain * pixels[k]!, white);
  return pixels;
}
