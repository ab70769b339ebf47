import { expect, it, vi } from "vitest";

/** What the modules behind the keys look at while they are read. */
vi.hoisted(() => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value), removeItem: (key: string) => kept.delete(key) };
  Object.assign(globalThis, {
    localStorage: storage,
    sessionStorage: storage,
    location: { pathname: "/texture" },
    addEventListener: () => undefined,
    matchMedia: () => ({ matches: false, addEventListener: () => undefined }),
  });
});

const { allowed } = await import("../src/app/entry");
const { shortcuts } = await import("../src/app/shortcuts");
const { isAlt, keyOf, pressed } = await import("../src/app/pressed");
const { MORE } = await import("../src/app/pages");
const SHORTCUTS = shortcuts();

it("no key does two things, and each says what it does", () => {
  const combinations = SHORTCUTS.flatMap(({ on }) => on);
  expect(new Set(combinations).size).toBe(combinations.length);
  expect(new Set(SHORTCUTS.map(({ does }) => does)).size).toBe(SHORTCUTS.length);
});

it("all keys of the design are there", () => {
  const keys = SHORTCUTS.flatMap((one) => one.keys.split(" or "));
  const wanted = ["Space", "R", "T", "Ctrl K", "1 to 5", "[", "]", "F", "V", "P", "S", "O", "C", "D", "A", "Ctrl Z", "Ctrl Shift Z", "Ctrl Y", "?", "Esc"];
  expect(wanted.filter((one) => !keys.includes(one))).toEqual([]);
});

it("guests of a room find what they may use", () => {
  expect(allowed(MORE, true).map(({ path }) => path)).toEqual(["/settings", "/help"]);
  expect(allowed(MORE, false)).toEqual(MORE);
  expect(allowed(SHORTCUTS, false)).toEqual(SHORTCUTS);
  expect(SHORTCUTS.filter((one) => !allowed(SHORTCUTS, true).includes(one)).map(({ does }) => does)).toEqual(["Record"]);
});

/** As a browser tells it; `held` are its modifiers. */
function press(key: string, code: string, ...held: ("Ctrl" | "Alt" | "Meta" | "Shift" | "AltGraph")[]) {
  const is = (name: "Ctrl" | "Alt" | "Meta" | "Shift") => held.includes(name);
  return {
    ...{ key, code, ctrlKey: is("Ctrl"), altKey: is("Alt"), metaKey: is("Meta"), shiftKey: is("Shift") },
    getModifierState: (name: string) => (held as string[]).includes(name),
  };
}

it.each([
  ["US", press("z", "KeyZ", "Ctrl"), "Ctrl+z"],
  ["QWERTZ", press("z", "KeyY", "Ctrl"), "Ctrl+z"],
  ["QWERTZ", press("y", "KeyZ", "Ctrl"), "Ctrl+y"],
  ["QWERTZ on a Mac", press("z", "KeyY", "Meta", "Shift"), "Ctrl+Shift+z"],
  ["with capitals locked", press("Z", "KeyZ", "Ctrl"), "Ctrl+z"],
  ["AZERTY", press("a", "KeyQ"), "a"],
  ["US", press("?", "Slash", "Shift"), "?"],
  ["German", press("?", "Minus", "Shift"), "?"],
  ["French", press("?", "KeyM", "Shift"), "?"],
  ["US", press("[", "BracketLeft"), "["],
  ["German", press("[", "Digit8", "AltGraph"), "["],
  ["German where AltGr is Ctrl and Alt", press("]", "Digit9", "AltGraph", "Ctrl", "Alt"), "]"],
  ["French", press("(", "Digit5"), "5"],
  ["Russian", press("я", "KeyZ", "Ctrl"), "Ctrl+z"],
  ["Russian", press("х", "BracketLeft"), "["],
  ["any", press(" ", "Space"), "Space"],
  ["any", press("Escape", "Escape"), "Escape"],
])("keys are what they type, by their place where that is another script: %s %o", (_, event, meant) => {
  expect(pressed(event)).toBe(meant);
  expect(isAlt(event)).toBe(false);
});

it("keys beside a letter of ours, and what AltGr types, are none of the studio's", () => {
  const known = new Set(SHORTCUTS.flatMap(({ on }) => on));
  const others = [press("ü", "BracketLeft"), press("Dead", "BracketLeft"), press("ö", "Semicolon"), press("€", "KeyE", "AltGraph"), press("¶", "KeyR", "AltGraph"), press("/", "Digit7", "Shift"), press("{", "BracketLeft", "Shift")];
  expect(others.map(pressed).filter((one) => known.has(one))).toEqual([]);
});

it("Alt is one held for itself: what a Mac types with it is its letter, a sign that needs it is that sign", () => {
  const letter = press("®", "KeyR", "Alt");
  expect([keyOf(letter), isAlt(letter)]).toEqual(["r", true]);
  const accent = press("å", "KeyA", "Alt");
  expect([keyOf(accent), isAlt(accent)]).toEqual(["a", true]);
  const sign = press("[", "Digit5", "Alt");
  expect([keyOf(sign), isAlt(sign)]).toEqual(["[", false]);
  const own = press("[", "BracketLeft", "Alt");
  expect([keyOf(own), isAlt(own)]).toEqual(["[", true]);
});
