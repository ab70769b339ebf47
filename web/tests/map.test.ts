import { describe, expect, it } from "vitest";
import { movesAnything } from "../src/midi/messages";
import { controlTitle, recipeName } from "../src/kit/words";
import { knobsOffered, linesInForce, moverOf, sourcesIn, withLine } from "../src/play/map";

const own = { mouth: { from: ["mouth"] }, brightness: { from: ["brow"], low: -5, high: 5 } };

describe("what moves a control", () => {
  it("is the instrument's line, the player's in its place, or nothing", () => {
    const lines = linesInForce(own, { brightness: null, size: { from: ["cc1", "bend"] } });
    expect(Object.keys(lines)).toEqual(["mouth", "size"]);
    expect(sourcesIn(lines)).toEqual(new Set(["mouth", "cc1", "bend"]));
    expect(moverOf("mouth", lines)).toBeNull();
    expect(moverOf("size", lines)?.from).toEqual(["cc1", "bend"]);
    expect(moverOf("rate", lines)).toBeNull();
  });
  it("is chosen and taken back", () => {
    const slider = { from: ["cc21"], low: -5, high: 5 };
    const chosen = withLine(own, {}, "rate", slider);
    expect(chosen).toEqual({ rate: slider });
    expect(withLine(own, chosen, "rate", null)).toEqual({});
    // One of the instrument's own has to be said no to.
    expect(withLine(own, {}, "brightness", null)).toEqual({ brightness: null });
  });
  it("offers the wheel and the knobs that are used", () => {
    expect(knobsOffered(new Set(["cc21", "mouth", "cc7"]))).toEqual(["cc1", "cc7", "cc21"]);
    expect(knobsOffered(new Set(["cc1"]))).toEqual(["cc1"]);
  });
});

describe("a MIDI message for the map", () => {
  it("is sent only where it moves something", () => {
    const moves = (data: number[], ...names: string[]) => movesAnything(data, new Set(names));
    expect(moves([0xb0, 21, 3], "cc21")).toBe(true);
    expect(moves([0xb0, 22, 3], "cc21")).toBe(false);
    expect(moves([0xe3, 0, 64], "bend")).toBe(true);
    expect(moves([0x90, 60, 9], "velocity")).toBe(true);
    expect(moves([0x90, 60, 9], "mouth")).toBe(false);
    expect(moves([0xc0, 1], "note")).toBe(false);
  });
  it("is called as players call it", () => {
    expect(["cc21", "bend", "yaw_degrees", "mouth"].map(controlTitle)).toEqual(["Knob 21", "Bend", "Turn", "Mouth open"]);
    expect(recipeName("  Wet face, 2! ")).toBe("wet_face_2");
    expect(recipeName("Mein Gerät 😀")).toBe("mein_gerät");
    expect(recipeName("مرحبا")).toBe("مرحبا");
    expect(recipeName(" 😀 ")).toBe("");
  });
});
