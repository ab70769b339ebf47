import { beforeEach, expect, it, vi } from "vitest";

const { soundLike } = vi.hoisted(() => ({ soundLike: vi.fn() }));
vi.mock("../src/play/texture", () => ({ soundLike, takeFrom: vi.fn() }));

const { ApiError } = await import("../src/generated/api");
const { makeLike, useOwnSound } = await import("../src/pages/texture/own-sound");

const named = (name: string) => new File([], name);
const like = () => useOwnSound.getState().like?.name ?? null;

beforeEach(() => useOwnSound.setState({ like: null, found: null }));

it("a file that cannot be read is not what the texture is like", async () => {
  soundLike.mockResolvedValueOnce({ w: [1] });
  await makeLike(named("rain.wav"));
  soundLike.mockRejectedValueOnce(new ApiError(422, "broken.wav is no sound that can be read"));
  await makeLike(named("broken.wav"));
  expect(like()).toBe("rain.wav");
  expect(useOwnSound.getState()).toMatchObject({ found: [1], busy: "" });
});

it("one that nobody was there to read can be tried again", async () => {
  soundLike.mockRejectedValueOnce(new Error("The studio does not answer."));
  await makeLike(named("rain.wav"));
  expect(like()).toBe("rain.wav");
});
