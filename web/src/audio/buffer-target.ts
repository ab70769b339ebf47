/**
 * How much sound is kept ready: as much as the slowest answer of late needs.
 *
 * A slow answer that the buffer just outlived lets it grow, up to where a control is still heard
 * soon; a gap in the sound lets it grow further. Where gaps come back while it was to be safe from
 * them, slow answers count in full, and half as much again for slower ones to come: the next one is
 * not waited for by steps that each cost a gap.
 */

const GROWTH = 1.25;
const MOST_MS = 400;
/** while the whole machine is taken for a moment */
const BRACED_MS = 100;
/** beyond that only gaps count, until they come back: a control is to be heard within 60 ms */
const MOST_BY_FEAR_MS = 55;
/** a turn of the worklet and a pull lie between what is in the buffer and what is still safe */
const MARGIN_MS = 22;
/** a turn of the worklet, which is what a pull asks for while little is kept ready */
const TURN_MS = 10;
const TURN_FRAMES = 48 * TURN_MS;
/** of what is kept ready, asked for at once: each pull costs the machine a message and several waits */
const PULL_SHARE = 1 / 8;
const SLOT_MS = 2000;
const SLOTS = 10;
/** where gaps came back: five minutes of answers are remembered */
const WARY_SLOTS = 150;
const SHRINK = 0.8;
/** and the slowest so far is not taken for the slowest to come */
const WARY = 1.5;
/** so long it does not go below what a gap has shown to be needed; four times as long after each further one */
const SAFE_MS = 60_000;
const LONGER = 4;
const MOST_SAFE_MS = 1_800_000;

export class BufferTarget {
  ms: number;
  /** the longest from pull to sound in each slot of time, the newest last */
  private readonly longest: number[] = [0];
  private slotSince = 0;
  private braced = false;
  private safe = 0;
  private safeSince = -Infinity;
  private safeFor = SAFE_MS / LONGER;
  /** a gap came back while it was to be safe, or not long after */
  private frail = false;
  /** gaps came back since it started anew */
  private wary = false;

  constructor(private least: number) {
    this.ms = least;
  }

  /** What the player chose; it starts anew from there. */
  set leastMs(ms: number) {
    this.least = ms;
    this.ms = ms;
    this.safeFor = SAFE_MS / LONGER;
    this.frail = false;
    this.wary = false;
  }

  /** Something is under way that takes the whole machine: all the sound that there is room for. */
  brace(on: boolean): void {
    this.braced = on;
    if (on) return;
    this.longest.splice(0, WARY_SLOTS, 0);
    this.ms = this.least;
  }

  /** A pull was answered after so long. */
  answered(took: number): void {
    const last = this.longest.length - 1;
    this.longest[last] = Math.max(this.longest[last]!, took);
    const fear = Math.min(this.depthFor(took), this.frail ? MOST_MS : MOST_BY_FEAR_MS);
    if (fear <= this.ms) return;
    this.ms = fear;
    if (this.frail) this.safe = fear;
  }

  underrun(now: number): void {
    this.ms = Math.max(this.least, Math.min(MOST_MS, this.ms * GROWTH));
    this.slotSince = now;
    this.safe = this.ms;
    // Gaps in a row are one.
    if (now - this.safeSince > SLOT_MS) {
      this.frail = now - this.safeSince < 2 * this.safeFor;
      this.wary ||= this.frail;
      this.safeFor = Math.min(MOST_SAFE_MS, LONGER * this.safeFor);
    }
    this.safeSince = now;
  }

  calm(now: number): void {
    if (now - this.slotSince < SLOT_MS) return;
    this.slotSince = now;
    // One slow answer alone is forgotten; two come back.
    const [, second = 0] = [...this.longest].sort((a, b) => b - a);
    const guarded = now - this.safeSince < this.safeFor;
    this.frail &&= guarded;
    const safe = guarded ? this.safe : 0;
    const needed = Math.max(this.least, Math.min(this.depthFor(second), MOST_MS), safe);
    if (this.ms > needed) this.ms = Math.max(needed, this.ms * SHRINK);
    this.longest.push(0);
    const most = this.wary ? WARY_SLOTS : SLOTS;
    if (this.longest.length > most) this.longest.splice(0, this.longest.length - most);
  }

  /** At 48 kHz. */
  get frames(): number {
    return Math.round((this.braced ? Math.max(BRACED_MS, this.ms) : this.ms) * 48);
  }

  /** That are worth a pull, at 48 kHz. */
  get pull(): number {
    return Math.round(this.frames * PULL_SHARE);
  }

  /** With so many at the start a pull may still be open. */
  get enough(): number {
    return Math.max(TURN_FRAMES, this.frames - Math.max(TURN_FRAMES, this.pull));
  }

  /** What has to be kept ready where answers take so long, in ms. */
  private depthFor(took: number): number {
    return (this.wary ? WARY : 1) * safeFrom(took);
  }
}

/** What outlives an answer that takes so long, in ms. */
function safeFrom(took: number): number {
  const plain = took + MARGIN_MS;
  // Between two pulls a share of it has been played already; a turn of that is in the margin.
  return Math.max(plain, (plain - TURN_MS) / (1 - PULL_SHARE));
}
