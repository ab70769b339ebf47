/** A preset's picture, as the picture engine takes it. */
import { loadGrey, type Grey } from "../kit/grey";
import { FULL } from "./axis";
import { showPreview } from "./host";
import type { Preview } from "./messages";

let wanted = "";

/**
 * Shows a grey picture (time across, log frequency up, the highest at the top) until there is sound.
 *
 * @param address of the picture; null takes it away.
 * @param seconds that it covers.
 */
export async function previewFrom(address: string | null, seconds = 6, range = FULL): Promise<void> {
  wanted = address ?? "";
  if (address === null) {
    showPreview(null);
    return;
  }
  const grey = await loadGrey(address).catch(() => null);
  // Another one was asked for meanwhile.
  if (grey && wanted === address) showPreview({ ...columnsOf(grey), seconds, ...range });
}

/** Column by column, the lowest row first, as the engine keeps its own. */
function columnsOf({ width, height, levels }: Grey): Pick<Preview, "levels" | "width" | "height"> {
  const columns = new Uint8Array(width * height);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) columns[x * height + y] = levels[(height - 1 - y) * width + x]!;
  }
  return { levels: columns, width, height };
}
