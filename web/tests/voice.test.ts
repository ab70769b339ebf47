import { describe, expect, it } from "vitest";
import type { VoiceTake } from "../src/generated/api";
import { readAsk, REST } from "../src/pages/voice/read-ask";
import { lastHeard } from "../src/pages/voice/known";
import { markWords, replaceWord, withWord } from "../src/pages/voice/words";
import { wavOf } from "../src/sound-in/wav";

const kinds = (text: string, understood: string[], unknown: string[] = []) =>
  markWords(text, understood, unknown).flatMap(({ text, kind }) => (kind === "plain" ? [] : [`${kind} ${text}`]));

describe("words of a prompt", () => {
  it("marks what was understood and what was not, and loses nothing", () => {
    const text = "Orange rings on night  blue, calm, hopeful";
    expect(kinds(text, ["orange", "rings", "night blue", "calm"], ["hopeful"])).toEqual([
      "known Orange",
      "known rings",
      "known night  blue",
      "known calm",
      "unknown hopeful",
    ]);
    expect(markWords(text, ["orange"], ["x"]).map((part) => part.text).join("")).toBe(text);
    expect(markWords("", ["orange"], [])).toEqual([]);
  });

  it("marks whole words alone, the longer phrase first, in any script, and takes signs as they are", () => {
    expect(kinds("red, bored red", ["red"])).toEqual(["known red", "known red"]);
    expect(kinds("dark blue blue", ["blue", "dark blue"])).toEqual(["known dark blue", "known blue"]);
    expect(kinds("größe ße кот", ["ße"], ["кот"])).toEqual(["known ße", "unknown кот"]);
    expect(kinds("a.c abc (", [], ["a.c", "("])).toEqual(["unknown a.c", "unknown ("]);
  });

  it("adds and replaces words", () => {
    expect(withWord("", "red")).toBe("red");
    expect(withWord("blue rings, ", "red")).toBe("blue rings, red");
    expect(replaceWord("hopeful, unhopeful Hopeful", "hopeful", "calm")).toBe("calm, unhopeful calm");
  });
});

describe("what is asked for", () => {
  it("is kept, and is the usual where nothing or nonsense was kept", () => {
    expect(readAsk(null)).toEqual(REST);
    expect(readAsk("{")).toEqual(REST);
    expect(readAsk('{"mix": 0.2, "other": 1}')).toEqual({ ...REST, mix: 0.2 });
  });
});

describe("a recording", () => {
  it("is a WAV file of 16 bits", () => {
    const made = wavOf([Int16Array.of(1, -2), Int16Array.of(300)], 48_000);
    const view = new DataView(made.buffer);
    expect(new TextDecoder().decode(made.slice(0, 4)) + new TextDecoder().decode(made.slice(36, 40))).toBe("RIFFdata");
    expect([view.getUint32(4, true), view.getUint32(24, true), view.getUint32(28, true), view.getUint32(40, true)]).toEqual([42, 48_000, 96_000, 6]);
    expect([44, 46, 48].map((at) => view.getInt16(at, true))).toEqual([1, -2, 300]);
  });
});

describe("a known voice", () => {
  const noon = new Date(2026, 4, 4, 12).getTime() / 1000;
  const take = (name: string, voice: string | null, created: number) => ({ name, created, picture: { voice } }) as VoiceTake;

  it("was heard in the take that is shown, or some time ago", () => {
    const [now, before, strange] = [take("Take 2", "anna", noon), take("Take 1", "anna", noon - 86_400), take("Take 3", null, noon)];
    expect(lastHeard("anna", now, [now, before], noon)).toBe("heard in Take 2");
    expect(lastHeard("anna", strange, [now], noon)).toBe("last heard today");
    expect(lastHeard("anna", undefined, [before], noon)).toBe("last heard yesterday");
    expect(lastHeard("bert", now, [now], noon)).toBe("not heard yet");
  });
});
