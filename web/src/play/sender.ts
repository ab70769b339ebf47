/** Controls on their way: at once when it is quiet, else together with the next ones. */

const LEAST_GAP_MS = 8;

export class Sender {
  private values: Record<string, number> = {};
  private last = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly send: (values: Record<string, number>) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(values: Record<string, number>): void {
    Object.assign(this.values, values);
    if (this.timer !== undefined) return;
    const wait = this.last + LEAST_GAP_MS - this.now();
    if (wait <= 0) this.flush();
    else this.timer = setTimeout(() => this.flush(), wait);
  }

  private flush(): void {
    this.timer = undefined;
    this.last = this.now();
    const { values } = this;
    this.values = {};
    this.send(values);
  }
}
