/** A MIDI file as the studio reads it: what is to be sent, and when; tempo, bars. */
import type { Song } from "../generated/api";

export interface Timed {
  /** seconds from the beginning */
  at: number;
  data: number[];
}

export interface MidiFile {
  /** channel messages of all tracks in order of time */
  events: Timed[];
  /** seconds until the last track ends */
  length: number;
  /** where each bar begins, in seconds; the last one is at or behind the end */
  bars: number[];
  /** quarter notes a minute at the beginning */
  bpm: number;
  /** the tempo never changes */
  steady: boolean;
  /** what is missing at its end is not played */
  breaksOff: boolean;
}

export const fileOf = ({ times, messages, seconds, bars, bpm, steady, breaks_off }: Song): MidiFile => ({
  events: times.map((at, index) => ({ at, data: messages[index]! })),
  length: seconds,
  bars,
  bpm,
  steady,
  breaksOff: breaks_off,
});

/** Whether it chooses instruments of its own. */
export const hasPrograms = ({ events }: Pick<MidiFile, "events">): boolean =>
  events.some(({ data }) => data[0]! >> 4 === 0xc);
