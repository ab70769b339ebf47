/** What each place of a model sounds like, as grey levels: one sheet a bundle, loaded once. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { queries } from "../app/queries";
import { api, type LatentMap } from "../generated/api";
import { loadGrey } from "./grey";

export const TILE_WIDTH = 96;
export const TILE_HEIGHT = 60;
const SIZE = TILE_WIDTH * TILE_HEIGHT;

/** Levels of a tile, 0..255, row 0 the highest frequency. */
export type Tile = Uint8Array;

const mapQuery = (bundle: string) => ({
  queryKey: ["map", bundle],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.getMap(bundle, signal),
  staleTime: Infinity,
});

export function useMap(bundle: string) {
  return useQuery(mapQuery(bundle));
}

/** The tiles of a grey PNG, one below the other. */
export async function readTiles(address: string, signal?: AbortSignal): Promise<Tile[]> {
  const { height, levels } = await loadGrey(address, signal);
  const count = Math.floor(height / TILE_HEIGHT);
  return Array.from({ length: count }, (_, k) => levels.slice(k * SIZE, (k + 1) * SIZE));
}

const took = (bundle: string) => `took/thumbnails/${bundle}`;

async function load(bundle: string, signal: AbortSignal): Promise<Map<string, Tile>> {
  const began = performance.now();
  const [{ points }, tiles] = await Promise.all([
    queries.ensureQueryData<LatentMap>(mapQuery(bundle)),
    readTiles(api.getThumbnailsUrl(bundle), signal),
  ]);
  localStorage.setItem(took(bundle), String(performance.now() - began));
  return new Map(points.flatMap(({ name }, k) => (tiles[k] ? [[name, tiles[k]]] : [])));
}

/** By the places' names. */
export function useThumbnails(bundle: string) {
  return useQuery({
    queryKey: ["thumbnails", bundle],
    queryFn: ({ signal }) => load(bundle, signal),
    staleTime: Infinity,
    gcTime: Infinity,
  });
}

const FIRST_MS_EACH = 60;

/** About how long the pictures of so many sounds take, in milliseconds: as the last time. */
export function loadingMs(bundle: string, count: number): number {
  const last = Number(localStorage.getItem(took(bundle)));
  return last > 0 ? last : count * FIRST_MS_EACH;
}

const AFTER_MS = 300;

/** Whether something has been under way long enough to be shown as such. */
export function useSlow(pending: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!pending) return;
    const timer = setTimeout(() => setSlow(true), AFTER_MS);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [pending]);
  return pending && slow;
}
