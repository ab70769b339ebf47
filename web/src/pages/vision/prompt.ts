/** What the player wants to see: words become a place of the model. */
import { create } from "zustand";
import { api, type FoundMoods } from "../../generated/api";
import { beginGesture, endGesture, setPlace } from "../../play/edit";
import { usePlay } from "../../play/store";

interface PromptState {
  text: string;
  /** what is being done */
  busy: string;
  /** the words of what was found */
  asked: string;
  found: FoundMoods | null;
  /** which of the places that were found is shown */
  chosen: number;
  /** one line where nothing was found */
  refused: string;
}

export const usePrompt = create<PromptState>(() => ({ text: "", busy: "", asked: "", found: null, chosen: 0, refused: "" }));

const get = usePrompt.getState;
const set = usePrompt.setState;

export async function see(better = false): Promise<void> {
  const { patch, details } = usePlay.getState();
  const { text, busy } = get();
  if (!patch || !details || busy) return;
  set({ busy: better ? "Looking for a better one…" : "Looking…", refused: "" });
  try {
    const found = await api.findMoods(patch.bundle ?? details.bundle, { prompt: text, better });
    set({ found, asked: text });
    show(0);
  } catch (error) {
    set({ found: null, refused: error instanceof Error ? error.message : String(error) });
  } finally {
    set({ busy: "" });
  }
}

export function show(index: number): void {
  const place = get().found?.places[index];
  if (!place) return;
  set({ chosen: index });
  beginGesture();
  setPlace(place);
  endGesture();
}

/** Another word in place of one that says nothing to the model. */
export function tryWord(word: string, other: string): void {
  set(({ text }) => ({ text: text.replace(new RegExp(`\\b${word}\\b`, "giu"), other) }));
  void see();
}

/** A name for a model of the player's own, made of another: the first that is free. */
export function newModel(bundle: string, taken: string[]): string {
  const plain = bundle.startsWith("my-") ? bundle.replace(/-\d+$/, "") : `my-${bundle}`;
  for (let k = 1; ; k++) {
    const name = k === 1 ? plain : `${plain}-${k}`;
    if (!taken.includes(name)) return name;
  }
}
