/** One press: an instrument, its first preset, and sound. */
import type { Preset } from "../generated/api";
import { openLast } from "./last";
import { firstPreset, takePreset } from "./presets";
import { enter } from "./session";
import { start, wake } from "./sound";
import { usePlay } from "./store";

/** To be called in a gesture of the player's: browsers start sound only then. */
export async function begin(instrument: string): Promise<void> {
  const woken = wake();
  await enter(instrument);
  const first = await firstPreset(instrument);
  if (first && usePlay.getState().preset?.id !== first.id) await takePreset(first);
  await woken;
  await start();
}

/** An instrument as it was left when this browser played last. In a gesture too. */
export async function resume(instrument: string): Promise<void> {
  const woken = wake();
  openLast();
  await enter(instrument);
  await woken;
  await start();
}

/** A preset of any instrument. */
export async function openPreset(preset: Preset): Promise<void> {
  await enter(preset.patch.instrument);
  await takePreset(preset);
}
