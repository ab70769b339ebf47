import { beforeEach, expect, it, vi } from "vitest";
import type { Patch } from "../src/generated/wire";

const later = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
const of = (instrument: string): Patch => ({
  ...{ instrument, bundle: null, seed: 0, controls: {}, choices: {}, place: null, map: {}, moves: {} },
  tempo: 120,
});
/** Of the presets that instruments begin with, in ms. */
const slow: Record<string, number> = {};
let served = of("face");
const stored = new Map<string, string>();

vi.stubGlobal("addEventListener", () => undefined);
vi.stubGlobal("sessionStorage", {
  getItem: (name: string) => stored.get(name) ?? null,
  setItem: (name: string, value: string) => stored.set(name, value),
});
vi.mock("../src/generated/api", () => ({
  api: {
    getSession: async () => (await later(2), { id: "one", patch: served }),
    putPatch: async (_: string, patch: Patch) => (await later(5), (served = patch), { id: "one", patch }),
    getInstrument: async (name: string) => (await later(1), { name }),
  },
  ApiError: class extends Error {},
}));
vi.mock("../src/play/presets", () => ({
  firstPreset: async (instrument: string) => (await later(slow[instrument] ?? 0), { id: instrument, name: instrument, patch: of(instrument), other: null }),
}));
vi.mock("../src/play/sound", () => ({
  another: (ask: () => Promise<unknown>) => ask(),
  beforeStart: () => undefined,
  keepSession: (id: string) => usePlay.setState({ session: id }),
  nextId: () => 1,
  send: () => undefined,
  setAhead: () => undefined,
}));

const { usePlay } = await import("../src/play/store");
const { enter } = await import("../src/play/session");

beforeEach(() => {
  stored.clear();
  served = of("face");
  for (const name of Object.keys(slow)) delete slow[name];
  usePlay.setState({ session: "one", patch: of("face"), details: null, preset: null });
});

it.each([
  ["the one before takes long to be found", { voice: 30 }],
  ["each is found at once", {}],
  ["the last one takes long to be found", { texture: 8 }],
])("of instruments entered quickly the server plays the last, which is shown: %s", async (_, ms) => {
  Object.assign(slow, ms);
  const all = [enter("vision"), enter("voice")];
  await later(1);
  all.push(enter("texture"));
  await Promise.all(all);
  await later(60);
  expect(served.instrument).toBe("texture");
  expect(usePlay.getState()).toMatchObject({ patch: { instrument: "texture" }, details: { name: "texture" } });
});
