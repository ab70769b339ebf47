import { api } from "../generated/api";
import { takePatch } from "./edit";
import { sayError, usePlay } from "./store";

/** Another place of the latent space; the sliders stay. */
export function surprise(): void {
  const { patch, details } = usePlay.getState();
  if (!patch || !details) return;
  const seed = Math.floor(Math.random() * 2 ** 31);
  api
    .getRandomPlace(patch.bundle ?? details.bundle, { seed })
    .then((place) => takePatch({ ...patch, place }))
    .catch(sayError);
}
