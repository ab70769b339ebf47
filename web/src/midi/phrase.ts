/** The few notes that a preset can carry: they go around at the patch's tempo until the player plays. */
import { create } from "zustand";
import type { Phrase } from "../generated/api";
import { findPreset } from "../play/presets";
import { forgetMidi, listenToClock, midi } from "../play/sound";
import { isOn, usePlay } from "../play/store";
import type { Timed } from "./file";
import { noteOff, noteOn } from "./messages";
import { Sequencer, type Now } from "./sequencer";
import { onTouch } from "./touched";

/** Whether one plays, and its notes that are heard now. */
export const usePhrase = create<{ playing: boolean; lit: ReadonlySet<number> }>(() => ({ playing: false, lit: new Set() }));

/** One turn, in beats; a key goes up before it is hit again. */
export function timedPhrase({ notes, beats }: Phrase): Timed[] {
  const events = notes.flatMap(({ note, velocity, start, beats: length }): Timed[] => [
    { at: start, data: noteOn(note, velocity ?? 96) },
    { at: Math.min(start + length, beats), data: noteOff(note) },
  ]);
  return events.sort((a, b) => a.at - b.at || a.data[0]! - b.data[0]!);
}

/** Phrases play from now on. @returns how to end. */
export function playPhrases(): () => void {
  const sequencer = new Sequencer({ send: midi, forget: forgetMidi });
  let now: Now = { played: 0, made: 0 };
  let phrase: Phrase | null = null;
  /** the player has played since the last Play */
  let over = false;

  const show = () => usePhrase.setState({ playing: sequencer.playing, lit: sequencer.lit });
  const end = () => {
    if (!sequencer.playing) return;
    sequencer.stop();
    show();
  };
  const take = (found: Phrase | null) => {
    end();
    phrase = found;
    if (!found) return;
    sequencer.load(timedPhrase(found), found.beats);
    sequencer.setLoop({ from: 0, to: found.beats });
  };
  const endings = [
    onTouch(() => {
      over = true;
      end();
    }),
    listenToClock((told) => {
      now = told;
      if (phrase && !over && !sequencer.playing) {
        sequencer.setRate((usePlay.getState().patch?.tempo ?? 120) / 60);
        sequencer.play(now);
      }
      if (!sequencer.playing) return;
      sequencer.tick(now);
      show();
    }),
    usePlay.subscribe(({ status, preset, details, patch }, before) => {
      if (patch && patch.tempo !== before.patch?.tempo) sequencer.setRate(patch.tempo / 60);
      if (!isOn(status) && isOn(before.status)) {
        sequencer.lose(now);
        sequencer.stop();
        over = false;
        show();
      }
      if (preset?.id === before.preset?.id && details === before.details) return;
      take(null);
      if (!preset || !details?.midi) return;
      void findPreset(details.name, preset.id).then((found) => {
        if (usePlay.getState().preset?.id === preset.id) take(found?.phrase ?? null);
      });
    }),
  ];
  return () => {
    end();
    for (const one of endings) one();
  };
}
