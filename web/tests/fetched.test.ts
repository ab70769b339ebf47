import { expect, it, vi } from "vitest";
import { fetched, type Means } from "../src/app/fetched";
import { request } from "../src/app/request";

/** A studio that answers from the `back`th question on. */
function means(back: number, mayReload = true) {
  let asked = 0;
  return {
    answers: vi.fn(() => Promise.resolve(++asked >= back)),
    pause: vi.fn(() => Promise.resolve()),
    restyle: vi.fn(() => Promise.resolve()),
    reload: vi.fn(() => mayReload),
  } satisfies Means;
}

it("what the studio does not give is asked for again when it answers, with its style", async () => {
  const away = means(3);
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError("gone")).mockResolvedValue("page");
  expect(await fetched(load, away)).toBe("page");
  expect(away.answers).toHaveBeenCalledTimes(3);
  expect(load).toHaveBeenCalledTimes(2);
  expect(away.restyle).toHaveBeenCalledOnce();
  expect(away.reload).not.toHaveBeenCalled();
});

it("a page whose parts are there no more is loaded anew, once", async () => {
  const gone = () => Promise.reject(new TypeError("404"));
  const there = means(1);
  let settled = false;
  void fetched(gone, there).finally(() => (settled = true));
  await vi.waitFor(() => expect(there.reload).toHaveBeenCalledOnce());
  expect(settled).toBe(false);

  await expect(fetched(gone, means(1, false))).rejects.toThrow("404");
});

it("where nobody answers it is said in the player's words", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(request("GET", "/api/settings")).rejects.toThrow("The studio does not answer.");
  vi.unstubAllGlobals();
});
