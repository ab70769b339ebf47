/** Pictures of presets: six seconds of each, grey as the server gives them. */
import { api } from "../generated/api";

const known = new Map<string, Promise<ImageData | null>>();

/** Null where there is none. Asked for once; what is changed gets another stamp. */
export function previewOf(id: string, stamp: number): Promise<ImageData | null> {
  const key = `${id}/${stamp}`;
  let found = known.get(key);
  if (!found) {
    found = load(id).catch(() => null);
    known.set(key, found);
  }
  return found;
}

async function load(id: string): Promise<ImageData | null> {
  const answer = await fetch(api.presetPreviewUrl(id), { credentials: "same-origin" });
  if (!answer.ok) return null;
  const image = await createImageBitmap(await answer.blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(image, 0, 0);
  image.close();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** The grey picture in colours. @param table RGBA of each of 256 levels. */
export function coloured(grey: ImageData, table: Uint8Array): ImageData {
  const found = new ImageData(grey.width, grey.height);
  const words = new Uint32Array(found.data.buffer);
  const colours = new Uint32Array(table.buffer, table.byteOffset, 256);
  for (let k = 0; k < words.length; k++) words[k] = colours[grey.data[4 * k]!]!;
  return found;
}
