/** The few notes that a preset can carry: they go around at the patch's tempo until a key is hit. */
import type { Phrase } from "../generated/api";
import { findPreset } from "./presets";
import { listenToHands, nextId, send } from "./sound";
import { usePlay } from "./store";

export interface PhraseEvent {
  /** from the beginning of a turn */
  beat: number;
  data: [number, number, number];
}

const NOTE_ON = 0x90;
const NOTE_OFF = 0x80;

/** Keys that go down and up in one turn, in their order; a key goes up before it is hit again. */
export function eventsOf({ notes, beats }: Phrase): PhraseEvent[] {
  const events = notes.flatMap(({ note, velocity, start, beats: length }): PhraseEvent[] => [
    { beat: start, data: [NOTE_ON, note, velocity] },
    { beat: Math.min(start + length, beats), data: [NOTE_OFF, note, 0] },
  ]);
  return events.sort((a, b) => a.beat - b.beat || a.data[0] - b.data[0]);
}

/** Beats from an event to the next one, which may be in the next turn. */
export function beatsTo(events: PhraseEvent[], next: number, beats: number): number {
  const before = next > 0 ? events[next - 1]!.beat : events.at(-1)!.beat - beats;
  return events[next]!.beat - before;
}

let stop: (() => void) | null = null;

function end(): void {
  stop?.();
  stop = null;
}

function run(phrase: Phrase): void {
  const events = eventsOf(phrase);
  const held = new Set<number>();
  let next = 0;
  let due = performance.now();
  let timer: ReturnType<typeof setTimeout>;
  const say = (data: number[]) => send({ type: "midi", id: nextId(), data });
  const wait = (beats: number) => {
    due += (beats * 60_000) / (usePlay.getState().patch?.tempo ?? 120);
    timer = setTimeout(step, Math.max(0, due - performance.now()));
  };
  const step = () => {
    const { data } = events[next]!;
    if (data[0] === NOTE_ON) held.add(data[1]);
    else held.delete(data[1]);
    say(data);
    next = (next + 1) % events.length;
    wait(beatsTo(events, next, phrase.beats));
  };
  wait(events[0]!.beat);
  stop = () => {
    clearTimeout(timer);
    for (const note of held) say([NOTE_OFF, note, 0]);
  };
}

/** What was set, and whether it can be heard, when it was looked at last. */
let followed: { id: string } | null = null;

async function follow({ status, details, preset }: ReturnType<typeof usePlay.getState>): Promise<void> {
  const wanted = status === "playing" && details?.midi ? preset : null;
  if (wanted === followed) return;
  followed = wanted;
  end();
  if (!wanted || !details) return;
  const found = await findPreset(details.name, wanted.id);
  if (found?.phrase && followed === wanted) run(found.phrase);
}

/** Phrases play from now on. @returns how to end. */
export function playPhrases(): () => void {
  listenToHands((data) => {
    if ((data[0]! & 0xf0) === NOTE_ON) end();
  });
  const unsubscribe = usePlay.subscribe((state) => void follow(state));
  return () => {
    end();
    followed = null;
    unsubscribe();
    listenToHands(null);
  };
}
