/** Grey pictures as the server gives them: one level a pixel. */
export interface Grey {
  width: number;
  height: number;
  /** row by row from the top, 0..255 */
  levels: Uint8Array;
  /** as it is, where it is not grey */
  colours: ImageData | null;
}

/** @throws Error when the server has no such picture. */
export async function loadGrey(address: string, signal?: AbortSignal): Promise<Grey> {
  const answer = await fetch(address, { credentials: "same-origin", signal: signal ?? null });
  if (!answer.ok) throw new Error(`The pictures of the sounds are not there (${answer.status}).`);
  const image = await createImageBitmap(await answer.blob());
  const { width, height } = image;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(image, 0, 0);
  image.close();
  const picture = context.getImageData(0, 0, width, height);
  const { data } = picture;
  const grey = data.every((value, k) => k % 4 === 3 || value === data[k - (k % 4)]);
  const levels = Uint8Array.from({ length: width * height }, (_, k) => data[4 * k]!);
  return { width, height, levels, colours: grey ? null : picture };
}
