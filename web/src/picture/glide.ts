/** Where the right edge stands: it glides with the sound, however unevenly columns arrive. */

/** columns between the edge and the newest one, so that a late message is no jump */
const MARGIN = 3;
const PULL_PER_SECOND = 4;
const JUMP_SECONDS = 0.5;
const SILENT_MS = 250;

export class Glide {
  /** in columns */
  head = 0;
  private end = 0;
  private behind = MARGIN;
  private arrivedAt = -Infinity;
  private movedAt = 0;

  /**
   * @param end columns so far.
   * @param ahead columns by which the newest is ahead of what is heard.
   * @param now milliseconds.
   */
  arrived(end: number, ahead: number, now: number): void {
    this.end = end;
    this.behind = Math.max(MARGIN, ahead);
    this.arrivedAt = now;
  }

  /** @returns whether it moved. */
  move(columnsPerSecond: number, now: number): boolean {
    const seconds = Math.max(0, (now - this.movedAt) / 1000);
    this.movedAt = now;
    const before = this.head;
    const flows = now - this.arrivedAt < SILENT_MS;
    const target = flows ? this.end - this.behind : this.end;
    if (flows) this.head += seconds * columnsPerSecond;
    const error = target - this.head;
    if (Math.abs(error) > JUMP_SECONDS * columnsPerSecond) this.head = target;
    else this.head += error * Math.min(1, PULL_PER_SECOND * seconds);
    if (!flows && Math.abs(target - this.head) < 0.05) this.head = target;
    this.head = Math.max(0, Math.min(this.head, this.end));
    return this.head !== before;
  }
}
