/** The controls of a face from held keys: for those without a camera, or without a wish to be seen. */
import { keyOf } from "../app/pressed";
import { isTyping } from "../app/shortcuts";
import { Hands } from "./hands";

const KEYS: Record<string, "mouth" | "brow" | "left" | "right"> = {
  m: "mouth",
  b: "brow",
  j: "left",
  l: "right",
};
const TICK_MS = 16;

export class Keys {
  private readonly hands = new Hands();
  private readonly timer: ReturnType<typeof setInterval>;
  private before = performance.now();

  constructor(tell: (values: Record<string, number>) => void) {
    addEventListener("keydown", this.down);
    addEventListener("keyup", this.up);
    addEventListener("blur", this.release);
    this.timer = setInterval(() => {
      const now = performance.now();
      tell(this.hands.step((now - this.before) / 1000));
      this.before = now;
    }, TICK_MS);
  }

  close(): void {
    clearInterval(this.timer);
    removeEventListener("keydown", this.down);
    removeEventListener("keyup", this.up);
    removeEventListener("blur", this.release);
  }

  private readonly down = (event: KeyboardEvent) => {
    const key = KEYS[keyOf(event)];
    if (!key || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.hands.held.add(key);
  };

  private readonly up = (event: KeyboardEvent) => {
    const key = KEYS[keyOf(event)];
    if (key) this.hands.held.delete(key);
  };

  private readonly release = () => this.hands.held.clear();
}
