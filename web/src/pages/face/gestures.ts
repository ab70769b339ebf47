/** What a face can do, and what each of it moves. */
import type { ControlCard, InstrumentDetails, MapEntry } from "../../generated/api";
import type { Patch } from "../../generated/wire";
import { controlTitle } from "../../kit/words";
import { linesInForce } from "../../play/map";

export interface Gesture {
  /** of the sensed control */
  name: string;
  words: string;
  /** what the meter shows; beyond it is full */
  low: number;
  high: number;
  /** which way more of it goes in the camera's picture: 1 is to its right */
  side?: 1 | -1;
}

export const GESTURES: readonly Gesture[] = [
  { name: "mouth", words: "Mouth open", low: 0, high: 1 },
  { name: "brow", words: "Brows up", low: 0, high: 1 },
  { name: "yaw_degrees", words: "Turn left, right", low: -45, high: 45, side: 1 },
  { name: "yaw_velocity", words: "Turning", low: -180, high: 180, side: 1 },
  { name: "roll_degrees", words: "Tilt head", low: -40, high: 40, side: -1 },
  { name: "pitch_degrees", words: "Look up, down", low: -35, high: 35 },
  { name: "nod", words: "Nod at once", low: 0, high: 1 },
  { name: "smile", words: "Smile", low: 0, high: 1 },
  { name: "pucker", words: "Pucker", low: 0, high: 1 },
  { name: "blink", words: "Blink", low: 0, high: 1 },
  { name: "face_size", words: "Come closer", low: 0, high: 0.4 },
  { name: "stillness", words: "Hold still", low: 0, high: 1 },
];

/** What a navigator that listens to a gesture itself does with it. */
const LISTENED: Record<string, string> = {
  mouth: "Opens the sound",
  brow: "Breath",
  yaw_degrees: "Across the sounds",
  yaw_velocity: "Stirs the sound",
  stillness: "Rests in silence",
};

export interface Moved {
  card: ControlCard;
  words: string;
  /** "listened": the gesture itself is what is listened to */
  by: "move" | "line" | "listened";
  line: MapEntry | null;
}

/** What a gesture moves, by the instrument's own lines, the player's, and movements; the player's first. */
export function movedBy(
  gesture: string,
  details: Pick<InstrumentDetails, "controls" | "map">,
  patch: Pick<Patch, "map" | "moves">,
): Moved[] {
  const cards = new Map(details.controls.map((card) => [card.name, card]));
  const found: Moved[] = [];
  for (const [name, move] of Object.entries(patch.moves)) {
    const card = cards.get(name);
    if (card && move.kind === "source" && move.source === gesture) {
      found.push({ card, words: controlTitle(name), by: "move", line: null });
    }
  }
  for (const [name, line] of Object.entries(linesInForce(details.map, patch.map))) {
    const card = cards.get(name);
    if (!card || !line.from.includes(gesture)) continue;
    if (name === gesture) found.push({ card, words: LISTENED[name] ?? sentence(card), by: "listened", line });
    else if (!patch.moves[name]) found.push({ card, words: controlTitle(name), by: "line", line });
  }
  return found;
}

function sentence({ name, description }: ControlCard): string {
  return description ? description.charAt(0).toUpperCase() + description.slice(1) : controlTitle(name);
}

/** Where a line of one source has its control now; null where more than the source decides. */
export function lineValue(line: MapEntry, value: number, source: ControlCard, target: ControlCard): number | null {
  if (line.from.length !== 1 || !["linear", "ease"].includes(line.curve ?? "linear")) return null;
  const [from, to] = line.in ?? [source.low, source.high];
  let part = Math.min(1, Math.max(0, (value - from) / (to - from)));
  const gate = line.gate ?? 0;
  // What lies above the gate is stretched, as the engine does it.
  part = part <= gate ? 0 : (part - gate) / (1 - gate);
  if (line.curve === "ease") part = part * part * (3 - 2 * part);
  const [low, high] = [line.low ?? target.low, line.high ?? target.high];
  return low + part * (high - low);
}
