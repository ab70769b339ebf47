/** Asks the server for places of the texture that plays, and goes there. */
import { api, type Place, type PlaceQuery } from "../generated/api";
import { atRest, bearingOf, isPlain } from "./bearing";
import { beginGesture, endGesture, setControls, setPlace } from "./edit";
import { start } from "./sound";
import { usePlay } from "./store";
import { withUpload } from "./upload";

function now() {
  const { patch, details } = usePlay.getState();
  if (!patch || !details) throw new Error("No instrument is open.");
  return { patch, cards: details.controls, bundle: details.bundle };
}

/** A place from where the sound is: its own, moved along axes and as measured, as the sliders stand. */
async function find(query: PlaceQuery): Promise<Place> {
  const { patch, cards, bundle } = now();
  const bearing = bearingOf(patch, cards);
  const start = isPlain(bearing)
    ? patch.place
    : await api.findPlace(bundle, { seed: patch.seed, start: patch.place, ...bearing });
  return api.findPlace(bundle, { seed: patch.seed, start, ...query });
}

/** The place that is heard now, sliders and axes taken in. */
export async function placeNow(): Promise<Place> {
  const { patch, cards } = now();
  return patch.place && isPlain(bearingOf(patch, cards)) ? patch.place : find({});
}

/** One step of undo: the place, and the sliders in the middle again. */
export function stand(place: Place): void {
  const { patch, cards } = now();
  const rest = atRest(patch, cards);
  beginGesture();
  if (Object.keys(rest).length > 0) setControls(rest);
  setPlace(place);
  endGesture();
  // Browsers let a page begin with sound once it was touched.
  if (navigator.userActivation?.hasBeenActive ?? true) void start();
}

/** The sliders begin where they led to. */
export async function settle(): Promise<void> {
  stand(await placeNow());
}

/** Goes to the place that sounds like a file. */
export async function soundLike(file: File, strength: number): Promise<Place> {
  const { patch, bundle } = now();
  const place = await withUpload(file, (id) => api.findPlace(bundle, { seed: patch.seed, sounds: [id], strength }));
  stand(place);
  return place;
}

/** The sound that plays, with attributes of a file. */
export async function takeFrom(file: File, attributes: string[]): Promise<void> {
  stand(await withUpload(file, (source) => find({ transfer: attributes, source })));
}
