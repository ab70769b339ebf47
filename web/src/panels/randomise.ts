import { api } from "../generated/api";
import { takePatch } from "../play/player";
import { sayError, usePlay } from "../play/store";

/** Another place of the latent space; the sliders stay. */
export function randomise(): void {
  const { patch, details } = usePlay.getState();
  if (!patch || !details) return;
  const seed = Math.floor(Math.random() * 2 ** 31);
  api
    .getRandomPlace(patch.bundle ?? details.bundle, { seed })
    .then((place) => takePatch({ ...patch, place }))
    .catch(sayError);
}
