import { useEffect } from "react";
import { letLettersPlay } from "../../app/letters";
import { useSettings } from "../../app/settings";
import { isTyping } from "../../app/shortcuts";
import { moveOctave, press, release, releaseAll, useKeys } from "../../midi/keys";
import { stepOf } from "./keys";

const VELOCITY = 96;
const OVER = "dialog[open], [popover]:popover-open";

/** As the player has set it, here or in Settings. */
export function useLettersPlay(): boolean {
  return useSettings()?.letters_play ?? true;
}

/** Letters of the computer's keyboard are keys while this page is shown and they are not switched off. */
export function useLetters(): void {
  const on = useLettersPlay();
  useEffect(() => {
    if (!on) return;
    letLettersPlay(true);
    const down = new Map<string, number>();
    const strike = (event: KeyboardEvent) => {
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (event.defaultPrevented || isTyping(event) || document.querySelector(OVER)) return;
      if (event.code === "KeyZ") moveOctave(-1);
      else if (event.code === "KeyX") moveOctave(1);
      const step = stepOf(event.code);
      if (step === null) return;
      event.preventDefault();
      const note = useKeys.getState().base + step;
      down.set(event.code, note);
      press(`letter ${event.code}`, note, VELOCITY);
    };
    const lift = (event: KeyboardEvent) => {
      const note = down.get(event.code);
      if (note === undefined) return;
      down.delete(event.code);
      release(`letter ${event.code}`, note);
    };
    /** Whoever goes elsewhere lets go of the keys. */
    const leave = () => {
      for (const [code, note] of down) release(`letter ${code}`, note);
      down.clear();
    };
    addEventListener("keydown", strike);
    addEventListener("keyup", lift);
    addEventListener("blur", leave);
    return () => {
      letLettersPlay(false);
      leave();
      removeEventListener("keydown", strike);
      removeEventListener("keyup", lift);
      removeEventListener("blur", leave);
    };
  }, [on]);
  // What Hold keeps sounding is let go where no key is shown that could end it.
  useEffect(() => releaseAll, []);
}
