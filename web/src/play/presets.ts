/** Presets of an instrument, in the order in which they are offered. */
import { useQuery } from "@tanstack/react-query";
import { queries } from "../app/queries";
import { api, type Preset } from "../generated/api";
import { takeSides } from "./edit";
import { usePlay } from "./store";

/** All presets, or an instrument's. */
export const presetsQuery = (instrument: string | null) => ({
  queryKey: ["presets", instrument],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.listPresets({ instrument }, signal),
  staleTime: 60_000,
});

export function usePresets(instrument: string | null) {
  return useQuery({ ...presetsQuery(instrument), enabled: instrument !== null });
}

export function presetsChanged(): Promise<void> {
  return queries.invalidateQueries({ queryKey: ["presets"] });
}

/** What an instrument opens with; null where it has none. */
export async function firstPreset(instrument: string): Promise<Preset | null> {
  const all = await queries.ensureQueryData(presetsQuery(instrument)).catch(() => []);
  return all.find(({ factory }) => factory) ?? null;
}

export async function findPreset(instrument: string, id: string): Promise<Preset | null> {
  const all = await queries.ensureQueryData(presetsQuery(instrument)).catch(() => []);
  return all.find((one) => one.id === id) ?? null;
}

/** A preset of the instrument that is open. */
export async function takePreset(preset: Preset): Promise<void> {
  await takeSides(preset.patch, preset.other, preset.morph);
  usePlay.setState({ preset: { id: preset.id, name: preset.name } });
}

/** The next one (1) or the one before (-1), round and round. */
export async function stepPreset(by: 1 | -1): Promise<void> {
  const { details, preset } = usePlay.getState();
  if (!details) return;
  const all = await queries.ensureQueryData(presetsQuery(details.name));
  if (all.length === 0) return;
  const at = all.findIndex(({ id }) => id === preset?.id);
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length;
  await takePreset(all[next]!);
}
