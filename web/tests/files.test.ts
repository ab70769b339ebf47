import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { giveModel, takeModels } from "../src/app/dropped";
import { accepts, droppable, ENDINGS, kindOf } from "../src/kit/files";

it("files are known by the ends of their names, those that the studio makes among them", () => {
  const kinds = ["take.WAV", "a.flac", "a.ogg", "Take.opus", "a.mp3", "a.m4a", "a.aiff"].map((name) => kindOf({ name }));
  expect(new Set(kinds)).toEqual(new Set(["sound"]));
  expect(["a.resonance-set", "a.resonance", "a.pkl", "a.pt", "a.mid", "a.mkv"].map((name) => kindOf({ name }))).toEqual([
    ...["set", "model", "network", "network", "midi", "video"],
  ]);
  expect(["opus", "a.txt", "a.resonance.zip", ""].map((name) => kindOf({ name }))).toEqual([null, null, null, null]);
});

it("fields and messages name the same files", () => {
  expect(accepts("sound")).toContain(".opus");
  expect(accepts("sound", "video")).toBe([...ENDINGS.sound, ...ENDINGS.video].join(","));
  for (const ending of ENDINGS.sound) expect(droppable()).toContain(ending);
});

it("the server takes them all", () => {
  const server = ["studio/store/uploads.py", "bundles/foreign/guarded.py"]
    .map((path) => readFileSync(new URL(`../../src/latent_resonance/${path}`, import.meta.url), "utf8"))
    .join("");
  expect(Object.values(ENDINGS).flat().filter((ending) => !server.includes(`"${ending}"`))).toEqual([]);
});

it("a model that is dropped before its page is there waits for it, and is handed over once", () => {
  const taken: string[] = [];
  const take = (file: File) => void taken.push(file.name);
  giveModel(new File([], "first.resonance"));
  const leave = takeModels(take);
  giveModel(new File([], "second.pkl"));
  leave();
  takeModels(take)();
  expect(taken).toEqual(["first.resonance", "second.pkl"]);
});
