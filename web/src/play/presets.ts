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
  const { patch, other, morph, id, name } = preset;
  await takeSides(patch, other, morph, { id, name });
}

/** What steps lead to while it is not taken up yet: who presses quickly goes on from there. */
let goal: { preset: Preset; instrument: string } | null = null;
let taken: Promise<void> = Promise.resolve();

/** The next one (1) or the one before (-1), round and round; of several quick steps, the last one's is taken up. */
export async function stepPreset(by: 1 | -1): Promise<void> {
  const instrument = usePlay.getState().details?.name;
  if (!instrument) return;
  const all = await queries.ensureQueryData(presetsQuery(instrument));
  if (all.length === 0) return;
  const from = goal?.instrument === instrument ? goal.preset.id : usePlay.getState().preset?.id;
  const at = all.findIndex(({ id }) => id === from);
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length;
  const own = (goal = { preset: all[next]!, instrument });
  const taking = taken.then(async () => {
    if (goal !== own) return;
    try {
      if (usePlay.getState().details?.name === instrument) await takePreset(own.preset);
    } finally {
      if (goal === own) goal = null;
    }
  });
  taken = taking.catch(() => undefined);
  await taking;
}
