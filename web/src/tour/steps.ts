/** What the tour points at, in its order; a page says itself what is played on it. */

export interface Step {
  title: string;
  text: string;
  /** null: not shown here and now */
  find: () => HTMLElement | null;
}

/** The first that is seen. */
export function seen(selector: string): HTMLElement | null {
  for (const found of document.querySelectorAll<HTMLElement>(selector)) if (found.checkVisibility()) return found;
  return null;
}

/** A page marks what is played on it by `data-tour`, with a sentence for the tour. */
const PLAYED = "#page [data-tour]";

export const STEPS: readonly Step[] = [
  {
    title: "The picture is the sound",
    text: "Time runs to the right, high notes are at the top. Point at it to read the pitch; turn the wheel to zoom.",
    find: () => seen(".picture-area"),
  },
  {
    title: "This is what you play",
    get text() {
      return seen(PLAYED)?.dataset["tour"] ?? "Drag what you see here: you hear each change at once.";
    },
    find: () => seen(PLAYED) ?? seen("#page .region") ?? seen("#page"),
  },
  {
    title: "Let it move by itself",
    text: "The + beside a name gives a control an LFO, a path by hand, or your face, a knob, a sound.",
    find: () => seen("#page .control-add") ?? seen("#page .badge") ?? seen("#page"),
  },
  {
    title: "Presets, and yours",
    text: "Go through them with the arrows or [ and ]. The heart keeps a sound that you like.",
    find: () => seen(".preset-chooser"),
  },
  {
    title: "Record",
    text: "It keeps what you hear, whatever page you go to. R begins and ends it; takes are in the menu.",
    find: () => seen(".record"),
  },
  {
    title: "Find anything",
    text: "Ctrl K reaches every control, preset, place and page. Try “bright 40”. With ? you see all keys.",
    find: () => seen(".find-button") ?? seen(".top-right .icon-button"),
  },
];
