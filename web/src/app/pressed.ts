/** What a pressed key means on whatever board: what it types, wherever it lies. Keys that play go by their place instead. */

/** Typed with Shift or AltGr on some boards, so those are no part of what is pressed. */
const SIGNS = ["[", "]", "?"];
/** Where a board of the US has them. */
const PLACES: Record<string, string> = { BracketLeft: "[", BracketRight: "]" };

type Key = Pick<KeyboardEvent, "key" | "code" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey" | "getModifierState">;

const isThird = (event: Key) => event.getModifierState("AltGraph");

/**
 * A small letter, a digit, a sign or a named key such as Escape. By its place where the board types none of our letters
 * (another script, or Alt on a Mac), and digits always: some boards type them with Shift.
 */
export function keyOf(event: Key): string {
  const { key, code, altKey } = event;
  if (SIGNS.includes(key)) return key;
  if (code.startsWith("Digit") && !isThird(event)) return code.slice(-1);
  if (key === " ") return "Space";
  const ours = /^[\x21-\x7e]$/.test(key) || (!altKey && /^\p{Script=Latin}$/u.test(key));
  const dead = key === "Dead" && !altKey;
  const named = key.length > 1 && key !== "Dead";
  if (ours || dead || named || isThird(event)) return key.length === 1 ? key.toLowerCase() : key;
  if (code === "Slash" && event.shiftKey) return "?";
  return PLACES[code] ?? (code.startsWith("Key") ? code.slice(3).toLowerCase() : key);
}

/** The key with what is held beside it, such as `Ctrl+Shift+z`; of Alt tells `isAlt`. */
export function pressed(event: Key): string {
  const key = keyOf(event);
  // Some systems say Ctrl and Alt for AltGr.
  const command = (event.ctrlKey || event.metaKey) && !isThird(event);
  const shift = event.shiftKey && !SIGNS.includes(key);
  return [command && "Ctrl", shift && "Shift", key].filter(Boolean).join("+");
}

/** Whether Alt is held for itself, not to type a sign. */
export function isAlt(event: Key): boolean {
  const typesSign = SIGNS.includes(event.key) && PLACES[event.code] !== event.key;
  return event.altKey && !isThird(event) && !typesSign;
}
