/** What can be done from anywhere: all keys, and what has none. */
import { giveSet } from "../app/dropped";
import { allowed, isGuest } from "../app/entry";
import { showOverlay } from "../app/overlay";
import { changeSettings } from "../app/settings";
import { shortcuts } from "../app/shortcuts";
import { isDark } from "../kit/useDark";
import type { Sign } from "../kit/Icon";
import { plainNumber } from "../kit/words";
import { PALETTES } from "../picture/palette";
import { setPalette, setView, usePicture } from "../picture/usePicture";
import { setMorph, setTempo } from "../play/edit";
import { copyLink } from "../play/link";
import { setVolume } from "../play/sound";
import type { Entry } from "./entries";
import { withValue } from "./fuzzy";

interface Action {
  title: string;
  sign: Sign;
  words?: string;
  note?: string;
  /** not for guests of a room */
  owner?: boolean;
  act: () => void;
}

/** Of the actions with keys: what they look like, and other words for them. */
const LOOKS: Record<string, { sign: Sign; words?: string }> = {
  "Play, stop": { sign: "play", words: "start sound" },
  Record: { sign: "mic", words: "take" },
  "Tap the tempo": { sign: "hand", words: "bpm beat" },
  "Surprise me": { sign: "dice", words: "random" },
  "Compare A and B": { sign: "loop", words: "morph" },
  Undo: { sign: "undo", words: "back" },
  Redo: { sign: "redo", words: "forward" },
  "Freeze the picture": { sign: "freeze", words: "hold" },
  "Next view of the picture": { sign: "view", words: "scroll radial ridges" },
  "Next colours": { sign: "colours", words: "palette brighter" },
  "Picture on a second screen": { sign: "screen", words: "projector window" },
  "Stage mode": { sign: "stage", words: "full screen" },
  "Keys and help": { sign: "help", words: "shortcuts" },
};

const FIRST = new Set(["Play, stop", "Record", "Surprise me", "Stage mode", "Picture on a second screen"]);

function keyed(): Entry[] {
  const here = shortcuts().filter((one) => !one.stage && one.does in LOOKS);
  return here.map(({ does, keys, act }) => ({
    group: "Do",
    key: `do/${does}`,
    title: does,
    hint: keys,
    first: FIRST.has(does),
    ...LOOKS[does]!,
    act: () => act(new KeyboardEvent("keydown")),
  }));
}

function others(): Action[] {
  const dark = isDark();
  return [
    { title: "Takes", sign: "file", words: "recordings", note: "What was recorded", owner: true, act: () => showOverlay("takes") },
    { title: "Make a file", sign: "file", words: "export render wav", note: "A sound file of this sound", owner: true, act: () => showOverlay("render") },
    { title: "Open a set", sign: "file", words: "import share presets resonance-set", note: "A .resonance-set; dropped anywhere it opens too", owner: true, act: () => giveSet(null) },
    { title: "Share presets", sign: "share", words: "export set resonance-set send", note: "As one file", owner: true, act: () => showOverlay("share") },
    { title: "Copy a link to this sound", sign: "share", words: "share", act: copyLink },
    { title: "Take the tour", sign: "help", words: "guide learn help", note: "One minute", act: () => showOverlay("tour") },
    { title: "Morph to A", sign: "loop", words: "sound a", act: () => setMorph(0) },
    { title: "Morph to B", sign: "loop", words: "sound b", act: () => setMorph(1) },
    { title: "Halfway between A and B", sign: "loop", words: "morph", act: () => setMorph(0.5) },
    {
      title: dark ? "Light theme" : "Dark theme",
      sign: "colours",
      words: "dark light",
      act: () => void changeSettings({ theme: dark ? "light" : "dark" }),
    },
    ...PALETTES.map((name): Action => ({ title: `Colours ${name}`, sign: "colours", words: "palette picture", act: () => setPalette(name) })),
    ...usePicture
      .getState()
      .views.map((name): Action => ({ title: `View ${name}`, sign: "view", words: "picture", act: () => setView(name) })),
  ];
}

export function actionEntries(): Entry[] {
  return [...keyed(), ...allowed(others(), isGuest()).map((action): Entry => ({ ...action, group: "Do", key: `do/${action.title}` }))];
}

/** `tempo 96`, `volume 50`. */
export function numberEntries(asked: string): Entry[] {
  const typed = withValue(asked);
  const number = typed && plainNumber(typed.value);
  if (number === null) return [];
  const shared = { group: "Do", hint: "Enter sets it", words: `${asked} bpm` } as const;
  const tempo = Math.min(300, Math.max(20, number));
  const volume = Math.min(100, Math.max(0, number));
  return [
    { ...shared, key: "tempo", title: `Tempo ${tempo} bpm`, sign: "hand", act: () => setTempo(tempo) },
    { ...shared, key: "volume", title: `Volume ${volume} %`, sign: "volume", act: () => setVolume(volume / 100) },
  ];
}
