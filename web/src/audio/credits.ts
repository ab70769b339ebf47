/** How much sound is asked for, and when: the page's ring is the only buffer. */

/** a quantum of the worklet: whatever it played is asked for at its next word */
const CHUNK = 128;

export class Credits {
  private owed = 0;

  /**
   * Frames to ask for now, 0 while that is not worth a message.
   *
   * @param fill frames in the ring.
   * @param target frames that are to be in it or on their way.
   * @param worth frames that are worth a message.
   */
  ask(fill: number, target: number, worth: number): number {
    const room = target - fill - this.owed;
    if (room < Math.max(CHUNK, worth)) return 0;
    const frames = room - (room % CHUNK);
    this.owed += frames;
    return frames;
  }

  received(frames: number): void {
    this.owed = Math.max(0, this.owed - frames);
  }

  /** The socket is another one: nothing is owed any more. */
  forget(): void {
    this.owed = 0;
  }
}
