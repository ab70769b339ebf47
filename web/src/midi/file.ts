/** Standard MIDI files: what is to be sent, and when; tempo, meter, bars. */
import { barsOf, secondsAt, type Meter, type TempoAt } from "./bars";

export interface Timed {
  /** seconds from the beginning */
  at: number;
  data: number[];
}

export interface MidiFile {
  /** channel messages of all tracks in order of time */
  events: Timed[];
  /** seconds until the last of them */
  length: number;
  /** where each bar begins, in seconds; the last one is at or behind the end */
  bars: number[];
  /** quarter notes a minute at the beginning */
  bpm: number;
  /** the tempo never changes */
  steady: boolean;
}

interface Event {
  tick: number;
  /** seconds to a quarter from here on */
  tempo?: number;
  meter?: [beats: number, unit: number];
  data?: number[];
}

class Bytes {
  at = 0;

  constructor(private readonly view: DataView) {}

  get left(): number {
    return this.view.byteLength - this.at;
  }

  byte(): number {
    return this.view.getUint8(this.at++);
  }

  short(): number {
    return (this.byte() << 8) | this.byte();
  }

  long(): number {
    return ((this.short() << 16) >>> 0) + this.short();
  }

  /** Seven bits to a byte, at most four bytes. */
  variable(): number {
    let value = 0;
    for (let k = 0; k < 4; k++) {
      const byte = this.byte();
      value = (value << 7) | (byte & 0x7f);
      if (byte < 0x80) break;
    }
    return value;
  }

  word(): string {
    return String.fromCharCode(this.byte(), this.byte(), this.byte(), this.byte());
  }
}

/** Throws RangeError or Error for what is no MIDI file. */
export function readMidiFile(buffer: ArrayBuffer): MidiFile {
  const bytes = new Bytes(new DataView(buffer));
  if (bytes.left < 14 || bytes.word() !== "MThd") throw new Error("This is no MIDI file.");
  const headEnd = bytes.long() + 8;
  bytes.short();
  const tracks = bytes.short();
  const division = bytes.short();
  bytes.at = headEnd;
  const events: Event[] = [];
  for (let track = 0; track < tracks && bytes.left >= 8; track++) {
    const name = bytes.word();
    const end = bytes.long() + bytes.at;
    if (name === "MTrk") readTrack(bytes, Math.min(end, buffer.byteLength), events);
    bytes.at = end;
  }
  events.sort((a, b) => a.tick - b.tick);
  return timed(events, division);
}

function readTrack(bytes: Bytes, end: number, events: Event[]): void {
  let tick = 0;
  let running = 0;
  while (bytes.at < end) {
    tick += bytes.variable();
    let status = bytes.byte();
    if (status === 0xff) {
      const kind = bytes.byte();
      const length = bytes.variable();
      const next = bytes.at + length;
      if (kind === 0x51 && length === 3) {
        events.push({ tick, tempo: ((bytes.byte() << 16) | bytes.short()) / 1e6 });
      } else if (kind === 0x58 && length >= 2) {
        events.push({ tick, meter: [bytes.byte(), 2 ** bytes.byte()] });
      }
      bytes.at = next;
    } else if (status === 0xf0 || status === 0xf7) {
      bytes.at += bytes.variable();
    } else {
      if (status < 0x80) {
        bytes.at--;
        status = running;
      }
      running = status;
      if (status < 0x80) throw new Error("The MIDI file is damaged.");
      const one = bytes.byte();
      const kind = status >> 4;
      const data = kind === 0xc || kind === 0xd ? [status, one] : [status, one, bytes.byte()];
      events.push({ tick, data });
    }
  }
}

const USUAL_QUARTER = 0.5;

function timed(events: Event[], division: number): MidiFile {
  // The high bit says that ticks are parts of film frames, whatever the tempo.
  const film = division & 0x8000 ? (256 - (division >> 8)) * (division & 0xff) : 0;
  const quarter = film ? film * USUAL_QUARTER : division;
  if (quarter <= 0) throw new Error("The MIDI file is damaged.");
  const tempos: TempoAt[] = [{ tick: 0, seconds: 0, perTick: USUAL_QUARTER / quarter }];
  const meters: Meter[] = [{ tick: 0, ticks: 4 * quarter }];
  const found: Timed[] = [];
  for (const { tick, tempo, meter, data } of events) {
    const at = secondsAt(tempos, tick);
    if (tempo && !film) tempos.push({ tick, seconds: at, perTick: tempo / quarter });
    if (meter && meter[0] > 0) meters.push({ tick, ticks: (4 * quarter * meter[0]) / meter[1] });
    if (data) found.push({ at, data });
  }
  const first = tempos.findLast(({ tick }) => tick === 0)!;
  const last = events.findLast(({ data }) => data)?.tick ?? 0;
  return {
    events: found,
    length: secondsAt(tempos, last),
    bars: barsOf(tempos, meters, last),
    bpm: 60 / (first.perTick * quarter),
    steady: !film && tempos.every(({ tick, perTick }) => tick === 0 || perTick === first.perTick),
  };
}
