import { beforeEach, expect, it, vi } from "vitest";
import type { Preset } from "../src/generated/api";
import type { Patch } from "../src/generated/wire";

const of = (speed: number): Patch => ({
  ...{ instrument: "texture", bundle: null, seed: 0, controls: { speed }, choices: {}, place: null, map: {}, moves: {} },
  tempo: 120,
});
const preset = (id: string, speed: number, more: Partial<Preset> = {}): Preset => ({
  ...{ id, name: `mine ${id}`, tags: [], line: "", phrase: null, factory: false, created: 0, updated: 0, patch: of(speed), other: null, morph: 0 },
  ...more,
});

vi.mock("../src/generated/api", () => ({ api: { putPatch: (_: string, patch: Patch) => Promise.resolve({ id: "one", patch }) } }));
vi.mock("../src/play/sound", () => ({
  another: (ask: () => Promise<unknown>) => ask(),
  beforeStart: () => undefined,
  nextId: () => 1,
  send: () => undefined,
  setAhead: () => undefined,
}));

const { usePlay } = await import("../src/play/store");
const { beginGesture, endGesture, forgetEdits, goBack, goForward, renamed, setControls, setMorph } = await import("../src/play/edit");
const { takePreset } = await import("../src/play/presets");
const now = usePlay.getState;
const heard = () => [now().patch?.controls["speed"], now().preset?.name ?? null];

function move(speed: number): void {
  beginGesture();
  setControls({ speed });
  endGesture();
}

beforeEach(() => {
  forgetEdits();
  usePlay.setState({ session: "one", status: "playing", details: null, patch: of(0), preset: null });
});

it("a step back or forward over presets brings each one's name with its sound", async () => {
  await takePreset(preset("A", 1));
  await takePreset(preset("B", 2));
  goBack();
  expect(heard()).toEqual([1, "mine A"]);
  goBack();
  expect(heard()).toEqual([0, null]);
  goForward();
  goForward();
  expect(heard()).toEqual([2, "mine B"]);
});

it("what was moved before the next preset is back under its own preset", async () => {
  await takePreset(preset("A", 1));
  move(0.5);
  await takePreset(preset("B", 2));
  goBack();
  expect(heard()).toEqual([0.5, "mine A"]);
  goBack();
  expect(heard()).toEqual([1, "mine A"]);
});

it("the name is there as soon as the sound, so a step back at once knows whose it was", () => {
  void takePreset(preset("A", 1));
  void takePreset(preset("B", 2));
  expect(heard()).toEqual([2, "mine B"]);
  goBack();
  expect(heard()).toEqual([1, "mine A"]);
});

it("the two sounds of a morph, and where between them, are back too", async () => {
  const morph = preset("M", 0, { other: of(4), morph: 0.5 });
  await takePreset(morph);
  expect(now()).toMatchObject({ morph: 0.5, patch: of(2) });
  await takePreset(preset("B", 9));
  expect(now()).toMatchObject({ morph: 0, sides: { b: null } });
  goBack();
  expect(now()).toMatchObject({ morph: 0.5, patch: of(2), sides: { a: of(0), b: of(4) } });
  goForward();
  expect(now()).toMatchObject({ morph: 0, patch: of(9), sides: { b: null } });
});

it("undo of a change of sides shows the side that is heard", () => {
  setMorph(1);
  move(3);
  setMorph(0);
  expect(now()).toMatchObject({ morph: 0, patch: of(0) });
  goBack();
  expect(now()).toMatchObject({ morph: 1, patch: of(3) });
});

it("a preset that was renamed or deleted is so where undo leads", async () => {
  await takePreset(preset("A", 1));
  await takePreset(preset("B", 2));
  renamed("A", "wind");
  goBack();
  expect(heard()).toEqual([1, "wind"]);
  renamed("B", null);
  goForward();
  expect(heard()).toEqual([2, null]);
});
