import { useQuery } from "@tanstack/react-query";
import { api } from "../generated/api";
import { readTiles, type Tile } from "../kit/thumbnails";

const name = (w: number[]): string => w.map((value) => value.toFixed(4)).join(",");

/** What a place by its numbers sounds like, as a tile. */
export function usePlaceTile(bundle: string, w: number[]): Tile | undefined {
  const numbers = name(w);
  return useQuery({
    queryKey: ["tile", bundle, numbers],
    queryFn: async ({ signal }) => (await readTiles(api.getPlaceThumbnailUrl(bundle, { w: numbers }), signal))[0],
    staleTime: Infinity,
    gcTime: 30 * 60_000,
  }).data;
}

/** How a place differs from others in words, and the named place that is nearest. */
export function useDifference(bundle: string, w: number[], others: number[][]) {
  return useQuery({
    queryKey: ["difference", bundle, name(w), others.map(name)],
    queryFn: ({ signal }) =>
      api.comparePlaces(bundle, { place: { w, weights: {} }, others: others.map((one) => ({ w: one, weights: {} })) }, signal),
    staleTime: Infinity,
    gcTime: 30 * 60_000,
  }).data;
}
