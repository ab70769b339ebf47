import { QueryObserver } from "@tanstack/react-query";
import { beforeEach, expect, it, vi } from "vitest";
import type { FromWorker } from "../src/audio/messages";
import type { Patch, ToPage } from "../src/generated/wire";

const { putPatch, ears } = vi.hoisted(() => ({
  putPatch: vi.fn(() => Promise.resolve()),
  ears: {} as { hear: (message: FromWorker) => void },
}));

vi.mock("../src/generated/api", () => ({
  api: { putPatch, getSettings: () => Promise.resolve({ buffer_ms: 100 }) },
  ApiError: class extends Error {},
}));
vi.mock("../src/picture/feed", () => ({ pictureFeed: () => null }));
vi.mock("../src/drawn/feed", () => ({ drawnFeed: () => null }));
vi.mock("../src/audio/engine", () => ({
  Engine: {
    begin: (_ms: number, _feeds: unknown, hear: (message: FromWorker) => void) => {
      ears.hear = hear;
      const context = Object.assign(new EventTarget(), { resume: () => Promise.resolve() });
      return Promise.resolve({ context, connect: () => undefined, send: () => undefined });
    },
  },
}));

const { setMove } = await import("../src/play/edit");
const { queries } = await import("../src/app/queries");
const { another, start } = await import("../src/play/sound");
const { usePlay } = await import("../src/play/store");

const opened: Patch = {
  ...{ instrument: "texture", bundle: null, seed: 0, controls: {}, choices: {}, place: null, map: {}, moves: {} },
  tempo: 120,
};
const move = { kind: "lfo", shape: "square", beats: 4, depth: 1 } as const;
const tell = (message: unknown) => ears.hear({ kind: "message", message: message as ToPage });
const ready = () => tell({ type: "ready", patch: opened, latency_ms: 1 });

beforeEach(async () => {
  putPatch.mockClear();
  usePlay.setState({ status: "silent", why: "", session: "one", patch: opened });
  await start();
  ready();
});

it("what is set while another instrument is opened beside the sound outlives its opening", () => {
  tell({ type: "loading", what: "opening texture" });
  expect(usePlay.getState().status).toBe("playing");
  setMove("high_hz", move);
  ready();
  expect(usePlay.getState().patch?.moves).toEqual({ high_hz: move });
  expect(putPatch).toHaveBeenCalledWith("one", { ...opened, moves: { high_hz: move } });
});

it("what was opened is as the server says where nothing was set meanwhile", () => {
  tell({ type: "loading", what: "opening texture" });
  usePlay.setState({ patch: { ...opened, tempo: 90 } });
  ready();
  expect(usePlay.getState().patch).toEqual(opened);
  expect(putPatch).not.toHaveBeenCalled();
});

it("an instrument that could not be opened is waited for no more", () => {
  tell({ type: "loading", what: "opening texture" });
  tell({ type: "patch", patch: opened });
  setMove("high_hz", move);
  ready();
  expect(putPatch).not.toHaveBeenCalled();
});

it("what nobody answered is asked for again when somebody does, and what was answered is not", async () => {
  const [answered, lost] = [vi.fn(() => Promise.resolve(1)), vi.fn(() => Promise.resolve(2))];
  lost.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  const watch = (queryKey: string[], queryFn: () => Promise<number>) =>
    new QueryObserver(queries, { queryKey, queryFn, retry: false, staleTime: Infinity }).subscribe(() => undefined);
  const leave = [watch(["answered"], answered), watch(["lost"], lost)];
  await vi.waitUntil(() => queries.getQueryState(["lost"])?.status === "error");
  ears.hear({ kind: "lost", again: 500 });
  ready();
  await vi.waitUntil(() => queries.getQueryData(["lost"]) === 2);
  expect(answered).toHaveBeenCalledTimes(1);
  for (const one of leave) one();
});

it("what is set before the server says that it opens another instrument outlives its opening, too", async () => {
  await another(() => Promise.resolve());
  setMove("high_hz", move);
  tell({ type: "loading", what: "opening texture" });
  ready();
  expect(putPatch).toHaveBeenCalledWith("one", { ...opened, moves: { high_hz: move } });
});

it("where it cannot be asked for, nothing is waited for", async () => {
  await expect(another(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(usePlay.getState().why).toBe("");
  setMove("high_hz", move);
  ready();
  expect(putPatch).not.toHaveBeenCalled();
});

it("what was set on an instrument is not put in place of the next one", () => {
  tell({ type: "loading", what: "opening notes" });
  setMove("high_hz", move);
  tell({ type: "ready", patch: { ...opened, instrument: "notes" }, latency_ms: 1 });
  ready();
  expect(putPatch).not.toHaveBeenCalled();
});
