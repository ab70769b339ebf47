import { beforeEach, expect, it, vi } from "vitest";
import type { Patch } from "../src/generated/wire";

const of = (instrument: string): Patch => ({
  ...{ instrument, bundle: null, seed: 0, controls: {}, choices: {}, place: null, map: {}, moves: {} },
  tempo: 120,
});
const storage = () => {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
    clear: () => kept.clear(),
  };
};
const place = { pathname: "/start", search: "" };
const asked: string[] = [];

vi.stubGlobal("addEventListener", () => undefined);
vi.stubGlobal("dispatchEvent", () => true);
vi.stubGlobal("sessionStorage", storage());
vi.stubGlobal("localStorage", storage());
vi.stubGlobal("location", place);
vi.stubGlobal("history", {
  replaceState: (_: unknown, __: string, to: string) => ([place.pathname, place.search] = [to.split("?")[0]!, to.slice(to.split("?")[0]!.length)]),
  pushState: (_: unknown, __: string, to: string) => (place.pathname = to),
});
vi.mock("../src/generated/api", () => ({
  api: {
    renameRecipe: (name: string, body: { name: string }) => (asked.push(`${name} is ${body.name}`), Promise.resolve({ name: body.name, title: "Drizzle" })),
    removeRecipe: (name: string) => (asked.push(`${name} goes`), Promise.resolve()),
    listInstruments: () => Promise.resolve([{ name: "texture", title: "Texture" }, { name: "drizzle", title: "Drizzle" }]),
  },
}));

const { usePlay } = await import("../src/play/store");
const { queries } = await import("../src/app/queries");
const { keepEntered, lastEntered, leftAt, takeLeft } = await import("../src/play/left");
const { lastPlayed } = await import("../src/play/last");
const { removeInstrument, renameInstrument } = await import("../src/play/own-instruments");
const { whatGoes } = await import("../src/start/what-goes");

const preset = { id: "one", name: "Wet" };
const openHere = (instrument: string) =>
  usePlay.setState({
    details: { name: instrument, title: "Old", latent_size: 7 } as never,
    patch: of(instrument),
    preset,
    sides: { a: of(instrument), b: null },
    history: { before: [{ patch: of(instrument), preset, sides: { a: of(instrument), b: of(instrument) }, morph: 0 }], after: [] },
  });

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
  asked.length = 0;
  Object.assign(place, { pathname: "/start", search: "" });
});

it("what plays, its undo, what is left and the address go by a new name", async () => {
  openHere("rain");
  Object.assign(place, { pathname: "/play/rain/query", search: "?sound=x" });
  keepEntered("rain");
  takeLeft({ patch: of("rain"), preset });
  localStorage.setItem("last", JSON.stringify({ patch: of("rain"), preset }));
  await renameInstrument("rain", "drizzle");
  const { details, patch, sides, history, preset: set } = usePlay.getState();
  expect(asked).toEqual(["rain is drizzle"]);
  expect(details).toEqual({ name: "drizzle", title: "Drizzle", latent_size: 7 });
  expect([patch, sides.a, sides.b, set]).toEqual([of("drizzle"), of("drizzle"), null, preset]);
  expect(history.before[0]).toEqual({ patch: of("drizzle"), preset, sides: { a: of("drizzle"), b: of("drizzle") }, morph: 0 });
  expect([leftAt("rain"), leftAt("drizzle")]).toEqual([null, { patch: of("drizzle"), preset }]);
  expect([lastEntered(), lastPlayed()?.instrument]).toEqual(["drizzle", "drizzle"]);
  expect([place.pathname, place.search]).toEqual(["/play/drizzle/query", "?sound=x"]);
  expect(queries.getQueryData(["instruments"])).toHaveLength(2);
});

it("another instrument that is open stays as it is", async () => {
  openHere("texture");
  Object.assign(place, { pathname: "/texture" });
  keepEntered("texture");
  await renameInstrument("rain", "drizzle");
  expect(usePlay.getState().details).toMatchObject({ name: "texture", title: "Old" });
  expect(usePlay.getState().patch).toEqual(of("texture"));
  expect([lastEntered(), place.pathname]).toEqual(["texture", "/texture"]);
});

it("of a deleted one nothing is opened again, and its page is left", async () => {
  takeLeft({ patch: of("rain"), preset: null });
  place.pathname = "/play/rain";
  await removeInstrument("rain");
  expect(asked).toEqual(["rain goes"]);
  expect([leftAt("rain"), place.pathname]).toEqual([null, "/start"]);
});

it.each([
  [0, "Delete Rain? This cannot be undone. Takes and files of it stay."],
  [1, "Delete Rain and its preset? This cannot be undone. Takes and files of it stay."],
  [3, "Delete Rain and its 3 presets? This cannot be undone. Takes and files of it stay."],
])("what is lost is named: %i presets", (presets, words) => {
  expect(whatGoes("Rain", presets)).toBe(words);
});
