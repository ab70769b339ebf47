/** Keys that work everywhere; where letters play notes, single letters need Alt. */
import { useEffect } from "react";
import { nextPalette, nextView, toggleFreeze } from "../picture/usePicture";
import { goBack, goForward, setMorph } from "../play/edit";
import { stepPreset } from "../play/presets";
import { record, start, stop } from "../play/sound";
import { isOn, say, sayError, usePlay } from "../play/store";
import { surprise } from "../play/surprise";
import { togglePinned } from "../stage/pins";
import { tap } from "../transport/Tempo";
import { controlTitle } from "../kit/words";
import { go } from "./address";
import { allowed, isGuest } from "./entry";
import { lettersPlay } from "./letters";
import { leaveStage, showOverlay, toggleOverlay, useOverlay } from "./overlay";
import { isAlt, keyOf, pressed } from "./pressed";
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
  /** as `pressed` says them, such as r or Ctrl+z; a few that do alike */
  on: readonly string[];
  /** as the list of keys shows it */
  keys: string;
  does: string;
  /** only while the stage is shown */
  stage?: boolean;
  /** not for guests of a room */
  owner?: boolean;
  act: (event: KeyboardEvent) => void;
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

/** Pages by number, in the order of the top bar. */
let numbered: readonly string[] = [];

export function numberPages(paths: readonly string[]): void {
  numbered = paths;
}

function openNumbered(event: KeyboardEvent): void {
  const path = numbered[Number(keyOf(event)) - 1];
  if (path) go(path);
}

export const FIND = "Ctrl+k";

/** In the order in which they are listed. */
const SHORTCUTS: readonly Shortcut[] = [
  { on: ["Space"], keys: "Space", does: "Play, stop", act: togglePlay },
  { on: ["r"], keys: "R", does: "Record", owner: true, act: toggleRecord },
  { on: ["t"], keys: "T", does: "Tap the tempo", act: tap },
  { on: [FIND], keys: "Ctrl K", does: "Find anything", act: () => toggleOverlay("palette") },
  { on: ["1", "2", "3", "4", "5"], keys: "1 to 5", does: "Instruments", act: openNumbered },
  { on: ["["], keys: "[", does: "Previous preset", act: preset(-1) },
  { on: ["]"], keys: "]", does: "Next preset", act: preset(1) },
  { on: ["d"], keys: "D", does: "Surprise me", act: surprise },
  { on: ["a"], keys: "A", does: "Compare A and B", act: toggleMorph },
  { on: ["Ctrl+z"], keys: "Ctrl Z", does: "Undo", act: goBack },
  { on: ["Ctrl+Shift+z", "Ctrl+y"], keys: "Ctrl Shift Z or Ctrl Y", does: "Redo", act: goForward },
  { on: ["f"], keys: "F", does: "Freeze the picture", act: toggleFreeze },
  { on: ["v"], keys: "V", does: "Next view of the picture", act: nextView },
  { on: ["p"], keys: "P", does: "Next colours", act: nextPalette },
  { on: ["o"], keys: "O", does: "Picture on a second screen", act: openProjector },
  { on: ["s"], keys: "S", does: "Stage mode", act: () => toggleOverlay("stage") },
  { on: ["c"], keys: "C", does: "Controls on the stage", stage: true, act: togglePinned },
  { on: ["Escape"], keys: "Esc", does: "Back from the stage", stage: true, act: leaveStage },
  { on: ["?"], keys: "?", does: "Keys and help", act: () => showOverlay("keys") },
];

/** Those of whoever is here. */
export const shortcuts = (): Shortcut[] => allowed(SHORTCUTS, isGuest());

/** What of the page takes Space for itself. */
const PRESSED = "button, [role=radio], [role=option], summary, input";

/** Where letters play notes they need Alt, and brackets with them; all other keys are as ever. */
function fits(one: Shortcut, event: KeyboardEvent, stage: boolean): boolean {
  const key = pressed(event);
  if (!one.on.includes(key) || (one.stage && !stage)) return false;
  const plays = (/^[a-z]$/.test(key) || event.code.startsWith("Bracket")) && lettersPlay();
  return isAlt(event) === plays;
}

function follow(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.repeat) return;
  const { shown, stage } = useOverlay.getState();
  const finds = pressed(event) === FIND;
  if (isTyping(event) && !finds) return;
  // What lies over the page has keys of its own; the tour stands beside it.
  if (shown !== null && shown !== "tour" && !finds) return;
  if (document.querySelector(".popover:popover-open") && !finds) return;
  if (event.code === "Space" && event.target instanceof Element && event.target.closest(PRESSED)) return;
  const found = shortcuts().find((one) => fits(one, event, stage));
  if (!found) {
    focusControl(event);
    return;
  }
  event.preventDefault();
  found.act(event);
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
