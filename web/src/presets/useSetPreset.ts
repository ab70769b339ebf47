import type { Preset } from "../generated/api";
import { usePresets } from "../play/presets";
import { usePlay } from "../play/store";
import { sameSound, soundOf } from "./changed";

/** The preset that was set last, and whether something was moved since. */
export function useSetPreset(): { preset: Preset | null; changed: boolean } {
  const details = usePlay((state) => state.details);
  const patch = usePlay((state) => state.patch);
  const id = usePlay((state) => state.preset?.id);
  const preset = usePresets(details?.name ?? null).data?.find((one) => one.id === id) ?? null;
  const changed = preset !== null && patch !== null && details !== null && !sameSound(soundOf(preset), patch, details.controls);
  return { preset, changed };
}
