/** Keys of a device that go down before there is sound: they begin it, and are heard late. */
import { midi, start } from "../play/sound";
import { usePlay } from "../play/store";

const down = new Map<number, number[]>();
let waits = false;

/** A channel message while nothing plays yet. */
export function hearEarly(data: number[]): void {
  const [status = 0, note = 0, velocity = 0] = data;
  const kind = status >> 4;
  const key = ((status & 0xf) << 7) | note;
  if (kind === 9 && velocity > 0) down.set(key, data);
  else if (kind === 8 || kind === 9) down.delete(key);
  if (waits || down.size === 0) return;
  waits = true;
  const unsubscribe = usePlay.subscribe(({ status: now }) => {
    if (now === "opening" || now === "silent") return;
    unsubscribe();
    waits = false;
    // Only what is still held sounds late.
    if (now === "playing") for (const held of down.values()) midi(held);
    down.clear();
  });
  void start();
}
