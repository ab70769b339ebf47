/** Keys that work everywhere; where letters play notes, single letters need Alt. */
import { useEffect } from "react";
import { nextPalette, nextView, toggleFreeze } from "../picture/usePicture";
import { goBack, goForward, setMorph } from "../play/edit";
import { stepPreset } from "../play/presets";
import { record, start, stop } from "../play/sound";
import { isOn, say, sayError, usePlay } from "../play/store";
import { surprise } from "../play/surprise";
import { tap } from "../transport/Tempo";
import { controlTitle } from "../kit/words";
import { go } from "./address";
import { lettersPlay } from "./letters";
import { showOverlay, toggleOverlay, useOverlay } from "./overlay";
import { openProjector } from "./projector";
import { currentSettings } from "./settings";

/** Whether a key belongs to what has the focus. */
export function isTyping(event: KeyboardEvent): boolean {
  const at = event.target;
  if (!(at instanceof HTMLElement)) return false;
  if (at.isContentEditable || at instanceof HTMLSelectElement || at instanceof HTMLTextAreaElement) return true;
  return at instanceof HTMLInputElement && at.type !== "radio" && at.type !== "checkbox";
}

export interface Shortcut {
  code: string;
  /** as the list of keys shows it */
  keys: string;
  does: string;
  command?: boolean;
  shift?: boolean;
  act: () => void;
}

function toggleMorph(): void {
  setMorph(usePlay.getState().morph < 0.5 ? 1 : 0);
}

function toggleRecord(): void {
  const { status, recordingSince } = usePlay.getState();
  if (status === "playing") record(recordingSince === null);
}

function togglePlay(): void {
  void (isOn(usePlay.getState().status) ? stop() : start());
}

const preset = (by: 1 | -1) => () => void stepPreset(by).catch(sayError);

/** In the order in which they are listed. */
export const SHORTCUTS: readonly Shortcut[] = [
  { code: "Space", keys: "Space", does: "Play, stop", act: togglePlay },
  { code: "KeyR", keys: "R", does: "Record", act: toggleRecord },
  { code: "KeyT", keys: "T", does: "Tap the tempo", act: tap },
  { code: "KeyK", keys: "Ctrl K", does: "Find anything", command: true, act: () => toggleOverlay("palette") },
  { code: "BracketLeft", keys: "[", does: "Previous preset", act: preset(-1) },
  { code: "BracketRight", keys: "]", does: "Next preset", act: preset(1) },
  { code: "KeyD", keys: "D", does: "Surprise me", act: surprise },
  { code: "KeyA", keys: "A", does: "Compare A and B", act: toggleMorph },
  { code: "KeyZ", keys: "Ctrl Z", does: "Undo", command: true, act: goBack },
  { code: "KeyZ", keys: "Ctrl Shift Z", does: "Redo", command: true, shift: true, act: goForward },
  { code: "KeyF", keys: "F", does: "Freeze the picture", act: toggleFreeze },
  { code: "KeyV", keys: "V", does: "Next view of the picture", act: nextView },
  { code: "KeyP", keys: "P", does: "Next colours", act: nextPalette },
  { code: "KeyS", keys: "S", does: "Stage mode", act: () => toggleOverlay("stage") },
  { code: "KeyO", keys: "O", does: "Picture on a second screen", act: openProjector },
  { code: "Slash", keys: "?", does: "Keys and help", shift: true, act: () => showOverlay("keys") },
];

/** Pages by number, in the order of the top bar. */
let numbered: readonly string[] = [];

export function numberPages(paths: readonly string[]): void {
  numbered = paths;
}

const PRESSED = "button, a, [role=slider], [role=radio], summary, input";

function follow(event: KeyboardEvent): void {
  if (isTyping(event) || event.defaultPrevented || event.repeat) return;
  const command = event.ctrlKey || event.metaKey;
  const open = useOverlay.getState().shown;
  // A dialog has keys of its own; the stage only lets go of the pages.
  if (open !== null && open !== "stage" && !command) return;
  if (event.code === "Space" && (event.target as HTMLElement).closest(PRESSED)) return;
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  if (digit && !command && !event.shiftKey) {
    const path = numbered[Number(digit) - 1];
    if (path) go(path);
    return;
  }
  const found = SHORTCUTS.find(
    (one) => one.code === event.code && (one.command ?? false) === command && (one.shift ?? false) === event.shiftKey,
  );
  if (!found) {
    focusControl(event);
    return;
  }
  const letter = /^(Key|Bracket|Slash)/.test(event.code) && !command;
  if (letter && lettersPlay() && !event.altKey) return;
  if (event.altKey && !(letter && lettersPlay())) return;
  event.preventDefault();
  found.act();
}

/** A key with its modifiers, as settings keep it. */
export function keyName(event: KeyboardEvent): string {
  const before = [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.metaKey && "Meta", event.shiftKey && "Shift"];
  return [...before.filter(Boolean), event.code].join("+");
}

/** A key of the player's own leads to its control. */
function focusControl(event: KeyboardEvent): void {
  const action = currentSettings()?.shortcuts[keyName(event)];
  if (!action?.startsWith("control:")) return;
  const name = action.slice("control:".length);
  event.preventDefault();
  const control = document.getElementById(`control-${name}`);
  if (!control) {
    say("info", `${controlTitle(name)} is not shown here.`);
    return;
  }
  control.focus();
  control.scrollIntoView({ block: "nearest" });
}

export function useShortcuts(): void {
  useEffect(() => {
    addEventListener("keydown", follow);
    return () => removeEventListener("keydown", follow);
  }, []);
}
