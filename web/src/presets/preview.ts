/** Pictures of presets: six seconds of each, grey as the server gives them. */
import { api } from "../generated/api";
import { loadGrey, type Grey } from "../kit/grey";

const known = new Map<string, Promise<Grey | null>>();

/** Null where there is none. Asked for once; what is changed gets another stamp. */
export function previewOf(id: string, stamp: number): Promise<Grey | null> {
  const key = `${id}/${stamp}`;
  let found = known.get(key);
  if (!found) {
    found = previewAt(api.presetPreviewUrl(id));
    known.set(key, found);
  }
  return found;
}

/** One at another address; null where there is none. */
export function previewAt(address: string): Promise<Grey | null> {
  return loadGrey(address).catch(() => null);
}

/** The grey picture in colours; one that has its own keeps them. @param table RGBA of each of 256 levels. */
export function coloured(grey: Grey, table: Uint8Array): ImageData {
  if (grey.colours) return grey.colours;
  const found = new ImageData(grey.width, grey.height);
  const words = new Uint32Array(found.data.buffer);
  const colours = new Uint32Array(table.buffer, table.byteOffset, 256);
  for (let k = 0; k < words.length; k++) words[k] = colours[grey.levels[k]!]!;
  return found;
}
