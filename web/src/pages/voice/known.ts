/** When a known voice was heard. */
import type { VoiceTake } from "../../generated/api";

const DAY_SECONDS = 86_400;

/** Of a voice by its name, in a few words. */
export function lastHeard(name: string, shown: VoiceTake | undefined, takes: readonly VoiceTake[], now = Date.now() / 1000): string {
  if (shown?.picture?.voice === name) return `heard in ${shown.name}`;
  const last = takes.filter(({ picture }) => picture?.voice === name).reduce((most, { created }) => Math.max(most, created), 0);
  if (last === 0) return "not heard yet";
  const midnight = new Date(1000 * now).setHours(0, 0, 0, 0) / 1000;
  if (last >= midnight) return "last heard today";
  if (last >= midnight - DAY_SECONDS) return "last heard yesterday";
  return `last heard on ${new Date(1000 * last).toLocaleDateString()}`;
}
