/** Places timed messages ahead on the clock of the sound, each at its own sample. */
import { SAMPLE_RATE } from "../generated/wire";
import { atRest, noteOff, pedalsUp, program } from "./messages";
import type { Timed } from "./file";

/** Frames of the sound: what is heard now, and what the server has made. */
export interface Now {
  played: number;
  made: number;
}

export interface Out {
  send: (data: number[], frame?: number) => void;
  /** what was sent for later is not played */
  forget: () => void;
}

export interface Loop {
  from: number;
  to: number;
}

/** How far ahead messages are sent, and how long it takes from a touch to the first one. */
const LEAD = 0.25 * SAMPLE_RATE;
const START = 0.06 * SAMPLE_RATE;
/** How long what was let go at the end may ring before its channel is as it was: louder, or in tune. */
const RINGS = SAMPLE_RATE;
const RESET = 121;
/** The channel of General MIDI's drums, which are on no key of a piano. */
const DRUMS = 9;
/** Controllers that choose a parameter, and set it. */
const PARAMETERS = new Set([6, 38, 96, 97, 98, 99, 100, 101]);

interface Stretch {
  frame: number;
  at: number;
  rate: number;
}

const keyOf = (data: number[]): number => ((data[0]! & 0xf) << 7) | data[1]!;

export class Sequencer {
  /** of the notes that are heard now, but for drums */
  lit: ReadonlySet<number> = new Set();
  playing = false;
  private events: readonly Timed[] = [];
  private length = 0;
  private repeat: Loop | null = null;
  private rate = 1;
  /** where it is while it does not play */
  private rest = 0;
  /** straight pieces of the way, the latest last */
  private way: Stretch[] = [];
  private next = 0;
  /** all before this frame is sent */
  private placed = 0;
  private endsAt: number | null = null;
  private readonly sounding = new Set<number>();
  /** that are not at rest, whatever has become of the sound since */
  private readonly channels = new Set<number>();
  /** those of them with a program */
  private readonly programs = new Set<number>();
  /** when they are to be, after an end */
  private restsAt: number | null = null;
  private coming: { frame: number; note: number; on: boolean }[] = [];
  private lastMade = 0;

  constructor(private readonly out: Out) {}

  /** In order of time; `length` and times are in the units that `setRate` counts. */
  load(events: readonly Timed[], length: number): void {
    this.stop();
    this.settle();
    this.events = events;
    this.length = length;
    this.rest = 0;
    this.repeat = null;
  }

  play(now: Now): void {
    if (this.playing || this.events.length === 0) return;
    if (this.rest >= this.length) this.rest = 0;
    this.playing = true;
    this.begin(this.rest, now);
  }

  /** Stays where it is heard; nothing sounds on. */
  pause(now: Now): void {
    if (!this.playing) return;
    const at = this.position(now);
    this.halt();
    this.rest = at;
  }

  /** Back to the beginning. */
  stop(): void {
    if (this.playing) this.halt();
    this.rest = 0;
  }

  /** The sound has ended, and all notes with it: from here it goes on. */
  lose(now: Now): void {
    this.rest = this.position(now);
    this.playing = false;
    this.quiet();
    // Nobody hears a message now: with the next sound.
    this.restsAt = 0;
  }

  seek(at: number, now: Now): void {
    const to = Math.min(Math.max(0, at), this.length);
    if (!this.playing) {
      this.rest = to;
      return;
    }
    this.halt();
    this.playing = true;
    this.begin(to, now);
  }

  /** Units to a second; what was sent already keeps its time. */
  setRate(rate: number): void {
    if (rate === this.rate) return;
    const at = this.playing ? this.at(this.placed) : 0;
    this.rate = rate;
    if (this.playing && this.endsAt === null) this.way.push({ frame: this.placed, at, rate });
  }

  setLoop(loop: Loop | null): void {
    this.repeat = loop;
  }

  /** Where it is heard. */
  position({ played }: Now): number {
    if (!this.playing) return this.rest;
    return Math.min(this.length, Math.max(this.way[0]?.at ?? 0, this.at(played)));
  }

  /** To be called often while there is sound, at least every tenth of a second. */
  tick(now: Now): void {
    if (!this.playing) {
      if (this.restsAt !== null && (now.made >= this.restsAt || now.made < this.lastMade)) this.settle();
      return;
    }
    if (now.made < this.lastMade - SAMPLE_RATE) {
      // The server counts anew.
      const at = this.position({ played: this.lastMade, made: 0 });
      this.quiet();
      this.begin(at, now);
    }
    this.lastMade = now.made;
    this.place(now.made + LEAD);
    this.light(now.played);
    while (this.way.length > 1 && this.way[1]!.frame <= now.played) this.way.shift();
    if (this.endsAt !== null && now.played >= this.endsAt) {
      this.playing = false;
      this.rest = 0;
      this.restsAt = this.endsAt + RINGS;
      this.quiet();
    }
  }

  private begin(at: number, now: Now): void {
    this.settle();
    const frame = now.made + START;
    this.lastMade = now.made;
    this.way = [{ frame, at, rate: this.rate }];
    this.placed = frame;
    this.endsAt = null;
    this.goTo(at, frame);
  }

  private place(horizon: number): void {
    while (this.endsAt === null) {
      const loop = this.repeat && this.at(this.placed) < this.repeat.to ? this.repeat : null;
      const end = loop?.to ?? this.length;
      const event = this.events[this.next];
      const ends = !event || (loop ? event.at >= end : event.at > end);
      const frame = this.frameOf(ends ? end : event.at);
      if (frame > horizon) {
        this.placed = Math.max(this.placed, horizon);
        return;
      }
      this.placed = Math.max(this.placed, frame);
      if (!ends) {
        this.give(event.data, frame);
        this.next++;
      } else {
        for (const key of [...this.sounding]) this.give(noteOff(key & 127, key >> 7), frame);
        if (loop) {
          for (const data of this.rests()) this.out.send(data, Math.round(frame));
          this.way.push({ frame, at: loop.from, rate: this.rate });
          this.goTo(loop.from, frame);
        } else {
          for (const channel of this.channels) {
            for (const data of pedalsUp(channel)) this.out.send(data, Math.round(frame));
          }
          this.endsAt = frame;
        }
      }
    }
  }

  private give(data: number[], frame: number): void {
    const kind = data[0]! >> 4;
    const key = keyOf(data);
    const on = kind === 9 && data[2]! > 0;
    if (on) this.sounding.add(key);
    else if (kind === 8 || kind === 9) this.sounding.delete(key);
    else this.channels.add(data[0]! & 0xf);
    if (kind === 0xc) this.programs.add(data[0]! & 0xf);
    if (kind === 8 || kind === 9) this.coming.push({ frame, note: key, on });
    this.out.send(data, Math.round(frame));
  }

  /** From the first event at or after a position, with wheels and pedals as they stand there. */
  private goTo(at: number, frame: number): void {
    const found = this.events.findIndex((event) => event.at >= at);
    this.next = found < 0 ? this.events.length : found;
    const stand = new Map<number, number[]>();
    for (const [index, { data }] of this.events.slice(0, this.next).entries()) {
      const kind = data[0]! >> 4;
      const number = kind === 0xb ? data[1]! : 0;
      if (kind < 0xb || (number >= 120 && number !== RESET)) continue;
      // Which parameter its data are for, the order says.
      const which = PARAMETERS.has(number) ? -1 - index : (data[0]! << 7) | number;
      stand.delete(which);
      stand.set(which, data);
    }
    for (const data of stand.values()) this.give(data, frame);
  }

  private light(played: number): void {
    const passed = this.coming.filter(({ frame }) => frame <= played);
    if (passed.length === 0) return;
    this.coming = this.coming.filter(({ frame }) => frame > played);
    const lit = new Set(this.lit);
    for (const { note, on } of passed) {
      if (on && note >> 7 !== DRUMS) lit.add(note);
      else lit.delete(note);
    }
    this.lit = lit;
  }

  /** Nothing of what was sent ahead is played, and nothing sounds on. */
  private halt(): void {
    this.playing = false;
    this.out.forget();
    // What was sent as a note's end may just have been taken back.
    const maybe = new Set([...this.sounding, ...this.lit, ...this.coming.map(({ note }) => note)]);
    for (const key of maybe) this.out.send(noteOff(key & 127, key >> 7));
    this.settle();
    this.quiet();
  }

  /** What the channels were sent does not outlast it: volume and tuning too, which a reset leaves. */
  private settle(): void {
    for (const data of this.rests()) this.out.send(data);
    this.channels.clear();
    this.programs.clear();
    this.restsAt = null;
  }

  private rests(): number[][] {
    return [
      ...[...this.channels].flatMap((channel) => atRest(channel)),
      ...[...this.programs].map((channel) => program(0, channel)),
    ];
  }

  private quiet(): void {
    this.sounding.clear();
    this.coming = [];
    this.lit = new Set();
  }

  private at(frame: number): number {
    const { frame: from, at, rate } = this.way.findLast((one) => one.frame <= frame) ?? this.way[0]!;
    return at + ((frame - from) / SAMPLE_RATE) * rate;
  }

  private frameOf(at: number): number {
    const last = this.way.at(-1)!;
    return last.frame + ((at - last.at) / last.rate) * SAMPLE_RATE;
  }
}
