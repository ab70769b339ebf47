/** R held records as long as it is held; a short press begins, and the next one ends. */
import { useEffect } from "react";
import { lettersPlay } from "../../app/letters";
import { useOverlay } from "../../app/overlay";
import { isAlt, keyOf, pressed } from "../../app/pressed";
import { isTyping } from "../../app/shortcuts";
import { begin, end, useRecording } from "./recording";

const HELD_MS = 300;

export function useHeldKey(): void {
  useEffect(() => {
    let since: number | null = null;
    const down = (event: KeyboardEvent) => {
      if (pressed(event) !== "r" || isAlt(event) !== lettersPlay()) return;
      if (isTyping(event) || useOverlay.getState().shown !== null) return;
      // On this page the key is the voice's, not the transport's.
      event.preventDefault();
      if (event.repeat) return;
      if (useRecording.getState().state === "resting") {
        since = event.timeStamp;
        void begin();
      } else {
        since = null;
        void end();
      }
    };
    const up = (event: KeyboardEvent) => {
      if (keyOf(event) !== "r" || since === null) return;
      const held = event.timeStamp - since;
      since = null;
      if (held >= HELD_MS) void end();
    };
    // Before the keys that work everywhere.
    addEventListener("keydown", down, true);
    addEventListener("keyup", up, true);
    return () => {
      removeEventListener("keydown", down, true);
      removeEventListener("keyup", up, true);
    };
  }, []);
}
