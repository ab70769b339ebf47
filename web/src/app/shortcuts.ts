/** Keys that work everywhere; keys of controls are the player's own, from the settings. */
import { useEffect } from "react";
import { goBack, goForward, record, start, stop, swapSides } from "../play/player";
import { say, usePlay } from "../play/store";
import { currentSettings } from "./settings";

/** Whether a key belongs to what has the focus. */
export function isTyping(event: KeyboardEvent): boolean {
  const at = event.target;
  if (!(at instanceof HTMLElement)) return false;
  if (at.isContentEditable || at instanceof HTMLSelectElement || at instanceof HTMLTextAreaElement) return true;
  return at instanceof HTMLInputElement && at.type !== "radio" && at.type !== "checkbox";
}

/** A key with its modifiers, as settings keep it. */
export function keyName(event: KeyboardEvent): string {
  const before = [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.metaKey && "Meta", event.shiftKey && "Shift"];
  return [...before.filter(Boolean), event.code].join("+");
}

const PRESSED = "button, a, [role=slider], [role=radio], summary, input";

function follow(event: KeyboardEvent): void {
  if (isTyping(event) || event.defaultPrevented) return;
  const command = event.ctrlKey || event.metaKey;
  const { status, recordingSince } = usePlay.getState();
  if (command && event.code === "KeyZ") {
    event.preventDefault();
    if (event.shiftKey) goForward();
    else goBack();
  } else if (command && event.code === "KeyB") {
    event.preventDefault();
    swapSides();
  } else if (event.code === "Space" && !(event.target as HTMLElement).closest(PRESSED)) {
    event.preventDefault();
    if (status === "playing") stop();
    else void start();
  } else if (event.shiftKey && event.code === "KeyR" && status === "playing") {
    event.preventDefault();
    record(recordingSince === null);
  } else {
    const action = currentSettings()?.shortcuts[keyName(event)];
    if (!action?.startsWith("control:")) return;
    const control = document.getElementById(`control-${action.slice("control:".length)}`);
    event.preventDefault();
    if (!control) {
      say("info", `The control ${action.slice("control:".length).replaceAll("_", " ")} is not shown here.`);
      return;
    }
    control.focus();
    control.scrollIntoView({ block: "nearest" });
  }
}

export function useShortcuts(): void {
  useEffect(() => {
    addEventListener("keydown", follow);
    return () => removeEventListener("keydown", follow);
  }, []);
}
