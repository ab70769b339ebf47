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
const { MORE } = await import("../src/app/pages");
const SHORTCUTS = shortcuts();

it("no key does two things, and each says what it does", () => {
  const combinations = SHORTCUTS.flatMap(({ codes, command = false, shift = false }) =>
    codes.map((code) => `${command ? "Ctrl " : ""}${shift ? "Shift " : ""}${code}`),
  );
  expect(new Set(combinations).size).toBe(combinations.length);
  expect(new Set(SHORTCUTS.map(({ does }) => does)).size).toBe(SHORTCUTS.length);
});

it("all keys of the design are there", () => {
  const keys = SHORTCUTS.map((one) => one.keys);
  const wanted = ["Space", "R", "T", "Ctrl K", "1 to 5", "[", "]", "F", "V", "P", "S", "O", "C", "D", "A", "Ctrl Z", "Ctrl Shift Z", "?", "Esc"];
  expect(wanted.filter((one) => !keys.includes(one))).toEqual([]);
});

it("guests of a room find what they may use", () => {
  expect(allowed(MORE, true).map(({ path }) => path)).toEqual(["/settings", "/help"]);
  expect(allowed(MORE, false)).toEqual(MORE);
  expect(allowed(SHORTCUTS, false)).toEqual(SHORTCUTS);
  expect(SHORTCUTS.filter((one) => !allowed(SHORTCUTS, true).includes(one)).map(({ does }) => does)).toEqual(["Record"]);
});
