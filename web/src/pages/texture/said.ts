/** Sounds of a search as they are called: by how they differ from their parents, or by where they come from. */
import type { PlaceCard, SearchSound } from "../../generated/api";
import { useDifference } from "../../places/usePlaceTile";

/** Words for a sound; empty until they are known. */
export function useSaid(bundle: string, places: readonly PlaceCard[], sounds: SearchSound[], sound: SearchSound): string {
  const parents = sound.parents.flatMap((number) => (sounds[number]?.place.w ? [sounds[number].place.w] : []));
  const found = useDifference(bundle, sound.place.w ?? [], parents);
  const file = /^example (.+)$/.exec(sound.note)?.[1];
  if (file) return file;
  if (!found) return "";
  if (parents.length > 0) return found.words.join(", ") || "almost the same";
  const near = places.find(({ name }) => name === found.nearest)?.title;
  return near ? `near ${near}` : sound.note;
}
