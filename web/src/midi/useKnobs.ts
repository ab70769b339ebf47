/** Knobs that were learned work again when the studio is opened again. */
import { useEffect } from "react";
import { useSettings } from "../app/settings";
import { canMidi, openMidi } from "./input";

/** Opens the devices without a question, where the browser was allowed to before. */
async function resume(): Promise<void> {
  const { state } = await navigator.permissions.query({ name: "midi" });
  if (state === "granted") await openMidi();
}

export function useKnobs(): void {
  const settings = useSettings();
  const learned = settings !== undefined && Object.keys(settings.midi_map).length > 0;
  useEffect(() => {
    // Where it is not known whether the browser may, or it has no such permission, the page asks later.
    if (learned && canMidi()) resume().catch(() => undefined);
  }, [learned]);
}
