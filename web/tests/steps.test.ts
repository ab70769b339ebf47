import { beforeEach, expect, it, vi } from "vitest";
import { queries } from "../src/app/queries";
import type { Preset } from "../src/generated/api";
import { takeSides } from "../src/play/edit";
import { presetsQuery, stepPreset } from "../src/play/presets";
import { usePlay } from "../src/play/store";

vi.mock("../src/play/edit", () => ({ takeSides: vi.fn() }));

let answer: (() => void)[];

beforeEach(() => {
  answer = [];
  vi.mocked(takeSides).mockReset();
  vi.mocked(takeSides).mockImplementation((_a, _b, _morph, preset) => {
    usePlay.setState({ preset });
    return new Promise((done) => void answer.push(done));
  });
  const presets = ["a", "b", "c", "d"].map((id) => ({ id, name: id, patch: { of: id }, other: null, morph: 0 }) as unknown as Preset);
  queries.setQueryData(presetsQuery("texture").queryKey, presets);
  usePlay.setState({ details: { name: "texture" } as never, preset: { id: "b", name: "b" } });
});

/** Answers each taking up in turn, until nothing is asked for any more. */
async function answered(steps: Promise<void>[]): Promise<void> {
  const all = Promise.all(steps);
  let done = false;
  void all.then(() => (done = true));
  while (!done) {
    await Promise.resolve();
    answer.shift()?.();
  }
}

it("steps that are quicker than the sound go on from each other", async () => {
  await answered([stepPreset(1), stepPreset(-1)]);
  expect(usePlay.getState().preset?.id).toBe("b");
  await answered([stepPreset(1), stepPreset(1), stepPreset(1)]);
  expect(usePlay.getState().preset?.id).toBe("a");
});

it("a step that fails is told, and the next one goes on from where one is", async () => {
  vi.mocked(takeSides).mockRejectedValueOnce(new Error("no answer"));
  await expect(stepPreset(1)).rejects.toThrow("no answer");
  await answered([stepPreset(1)]);
  expect(usePlay.getState().preset?.id).toBe("c");
});
