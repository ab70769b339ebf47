/** A preset's picture, as the picture engine takes it. */
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
  const answer = await fetch(address);
  if (!answer.ok) return;
  const image = await createImageBitmap(await answer.blob());
  // Another one was asked for meanwhile.
  if (wanted === address) showPreview({ ...levelsOf(image), seconds, ...range });
  image.close();
}

function levelsOf(image: ImageBitmap): Pick<Preview, "levels" | "width" | "height"> {
  const { width, height } = image;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const levels = new Uint8Array(width * height);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) levels[x * height + y] = data[4 * ((height - 1 - y) * width + x)]!;
  }
  return { levels, width, height };
}
