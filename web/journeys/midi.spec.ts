/** Notes from files and from devices; knobs and keys that controls learn. */
import type { Page } from "@playwright/test";
import { Ears } from "./ears";
import { dropFile, expect, heard, level, play, SOON, still, test, visit } from "./studio";

const DIVISION = 96;
const A4 = 69;
const D4 = 62;

/** A file of one track at 120 to the minute: notes one after another, quarters long. */
function midiFile(notes: [note: number, quarters: number][]): Uint8Array {
  const variable = (value: number) => (value < 128 ? [value] : [0x80 | (value >> 7), value & 0x7f]);
  const long = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  const track = [
    ...[0, 0xff, 0x51, 3, 0x07, 0xa1, 0x20],
    ...notes.flatMap(([note, quarters]) => [0, 0x90, note, 100, ...variable(quarters * DIVISION), 0x80, note, 0]),
    ...[0, 0xff, 0x2f, 0],
  ];
  const word = (text: string) => [...Buffer.from(text)];
  return Uint8Array.from([
    ...word("MThd"), ...long(6), 0, 0, 0, 1, 0, DIVISION,
    ...word("MTrk"), ...long(track.length), ...track,
  ]);
}

const strip = (page: Page) => page.getByRole("region", { name: "MIDI file" });

test("a MIDI file that is dropped is played, note by note; a broken one is told", { tag: "@ci" }, async ({ entered: page, troubles }) => {
  const ears = new Ears(page);
  await visit(page, "Notes");
  await page.getByRole("button", { name: "Flute", exact: true }).click();
  await dropFile(page, "body", "two-notes.mid", midiFile([[A4, 12], [D4, 40]]));
  await expect(strip(page)).toContainText("two-notes.mid", SOON);
  await expect(strip(page)).toContainText("of 0:26 · bar 1");
  await heard(page, -40);
  await expect.poll(() => ears.note(60), SOON).toBe(A4);
  await expect(page.locator(`[data-note="${A4}"]`)).toHaveClass(/lit/, SOON);
  await expect.poll(() => ears.note(60), SOON).toBe(D4);
  // In the middle of the long note.
  await page.getByRole("button", { name: "Pause the file" }).click();
  await still(page);
  await expect(page.locator(".piano .lit")).toHaveCount(0);
  await page.getByRole("slider", { name: "Position in the file" }).press("Home");
  await expect(strip(page)).toContainText("0:00 of 0:26");
  await page.getByRole("button", { name: "Play the file" }).click();
  await expect.poll(() => ears.note(60), SOON).toBe(A4);
  // Stop ends it, and Play goes on with it.
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(page.getByRole("button", { name: "Play the file" })).toBeVisible();
  await play(page);
  await heard(page, -40);
  await page.getByRole("button", { name: "Pause the file" }).click();
  await still(page);

  await dropFile(page, "body", "none.mid", Buffer.from("this is no music at all"));
  await expect(page.getByText(/is not a MIDI file that can be played/)).toBeVisible();
  // The browser writes the refused request down.
  expect(troubles.splice(0)).toHaveLength(1);
  await expect(strip(page)).toContainText("two-notes.mid");
});

test("a MIDI file that is dropped on any page opens Notes and plays; what happens is said while it is dragged", { tag: "@ci" }, async ({ entered: page, troubles }) => {
  const ears = new Ears(page);
  await visit(page, "Texture");
  await dropFile(page, "main", "broken.mid", Buffer.from("MThd"));
  await expect(page.getByText(/is not a MIDI file that can be played/)).toBeVisible();
  // The browser writes the refused request down.
  expect(troubles.splice(0)).toHaveLength(1);
  await expect(page).toHaveURL(/\/texture$/);
  for (const [where, note] of [["Texture", A4], ["Settings", D4]] as const) {
    await visit(page, where);
    await page.evaluate(() => {
      const files = new DataTransfer();
      files.items.add(new File([""], "x.mid"));
      document.body.dispatchEvent(new DragEvent("dragover", { dataTransfer: files, cancelable: true, bubbles: true }));
    });
    await expect(page.getByText("a .mid plays")).toBeVisible();
    await dropFile(page, "main", `from ${where}.mid`, midiFile([[note, 80]]));
    await expect(page.getByText("a .mid plays")).toHaveCount(0);
    await expect(page).toHaveURL(/\/notes$/);
    await expect(strip(page)).toContainText(`from ${where}.mid`, SOON);
    await heard(page, -45);
    await expect.poll(() => ears.note(60), SOON).toBe(note);
  }
});

test("a loop's ends and the file's position go bar by bar, by keys; the tempo follows", async ({ entered: page }) => {
  await visit(page, "Notes");
  await dropFile(page, "body", "long.mid", midiFile([[A4, 64]]));
  await expect(strip(page)).toContainText("long.mid", SOON);
  const position = page.getByRole("slider", { name: "Position in the file" });
  await page.getByRole("button", { name: "Pause the file" }).click();
  await position.press("Home");
  await position.press("ArrowRight");
  await position.press("ArrowRight");
  await expect(position).toHaveAttribute("aria-valuetext", "0:04, bar 3");
  await strip(page).getByRole("button", { name: /^Loop/ }).click();
  const end = page.getByRole("slider", { name: "End of the loop" });
  await expect(end).toHaveAttribute("aria-valuetext", "bar 7");
  for (let k = 0; k < 6; k++) await end.press("ArrowLeft");
  await expect(end).toHaveAttribute("aria-valuetext", "bar 4");
  const tempo = page.locator(".file-tempo");
  await tempo.click();
  await page.getByRole("slider", { name: "Tempo", exact: true }).press("End");
  await expect(tempo).toContainText("400 %");
  await page.getByRole("switch", { name: /At the tempo below/ }).click();
  const below = await page.getByRole("button", { name: /^Tempo, \d+ beats/ }).innerText();
  // The file has 120 beats a minute.
  await expect(tempo).toContainText(`${Math.round(Number(below) / 1.2)} %`);
});

test("keys stay in a scale, become chords, and are held until they are pressed again", { tag: "@ci" }, async ({ entered: page }) => {
  const lit = () => page.locator(".piano .lit").evaluateAll((keys) => keys.map((key) => Number((key as HTMLElement).dataset["note"])));
  await visit(page, "Notes");
  await page.getByRole("button", { name: /^Scale/ }).click();
  await page.getByRole("button", { name: "C", exact: true }).click();
  await page.getByRole("button", { name: "major", exact: true }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("switch", { name: "Stay in" })).toBeChecked();
  await expect(page.locator('[data-note="61"]')).toHaveClass(/outside/);
  await page.getByRole("radio", { name: "Triads" }).check();
  await page.getByRole("switch", { name: "Hold" }).click();
  await page.keyboard.press("w");
  expect(await lit()).toEqual([48, 52, 55]);
  // Another chord setting leaves alone what sounds, and what ends it.
  await page.getByRole("radio", { name: "Off" }).check();
  await page.keyboard.press("g");
  expect(await lit()).toEqual([48, 52, 55]);
  await page.keyboard.press("w");
  expect(await lit()).toEqual([55]);
  await page.getByRole("switch", { name: "Hold" }).click();
  await expect.poll(lit).toEqual([]);
  // Kept, and letters can be switched off.
  const letters = page.getByRole("switch", { name: "Letters play" });
  const kept = page.waitForResponse((answer) => answer.url().endsWith("/api/settings") && answer.request().method() !== "GET");
  await letters.click();
  await kept;
  await page.reload();
  await expect(page.getByRole("button", { name: "Scale: C major" })).toBeVisible(SOON);
  await expect(letters).not.toBeChecked(SOON);
  await page.locator("main").focus();
  await page.keyboard.down("w");
  expect(await lit()).toEqual([]);
  await page.keyboard.up("w");
});

/** A keyboard with one knob; `window.send` presses and turns it, `window.unplug` takes it away. */
async function plugIn(page: Page): Promise<(...data: number[]) => Promise<void>> {
  await page.addInitScript(() => {
    const input = {
      id: "1",
      state: "connected",
      name: "Stage keys",
      onmidimessage: null as ((event: { data: Uint8Array }) => void) | null,
    };
    const access = { inputs: new Map([["1", input]]), outputs: new Map(), onstatechange: null as (() => void) | null };
    const unplug = () => {
      input.state = "disconnected";
      access.inputs.delete("1");
      access.onstatechange?.();
    };
    Object.assign(window, { unplug });
    Object.assign(navigator, { requestMIDIAccess: () => Promise.resolve(access) });
    Object.assign(window, { send: (data: number[]) => input.onmidimessage?.({ data: Uint8Array.from(data) }) });
  });
  await page.context().grantPermissions(["midi"]);
  await page.reload();
  await page.getByRole("navigation", { name: "Instruments" }).getByRole("link").first().waitFor();
  return (...data) => page.evaluate((bytes) => (window as unknown as { send: (data: number[]) => void }).send(bytes), data);
}

test("a MIDI keyboard plays, and the first key begins the sound", async ({ entered: page }) => {
  const send = await plugIn(page);
  const ears = new Ears(page);
  await visit(page, "Notes");
  await page.getByRole("button", { name: "Flute", exact: true }).click();
  await page.getByRole("button", { name: "MIDI keyboard" }).click();
  await expect(page.getByRole("combobox", { name: "Listen to" })).toContainText("Stage keys");
  await page.keyboard.press("Escape");
  await send(0x90, A4, 100);
  await page.getByTestId("figures").waitFor(SOON);
  await heard(page, -40);
  await expect.poll(() => ears.note(60), SOON).toBe(A4);
  await send(0x80, A4, 0);
  await still(page);
  await send(0x90, D4, 100);
  await expect.poll(() => ears.note(60), SOON).toBe(D4);
  // Running status of old keyboards: a note with velocity 0 ends it.
  await send(0x90, D4, 0);
  await still(page);
});

test("keys and pedal that are down when the keyboard is unplugged are let go", async ({ entered: page }) => {
  const send = await plugIn(page);
  await visit(page, "Notes");
  await page.getByRole("button", { name: "Flute", exact: true }).click();
  await page.getByRole("button", { name: "MIDI keyboard" }).click();
  await page.keyboard.press("Escape");
  await send(0xb0, 64, 127);
  await send(0x90, A4, 100);
  await heard(page, -40);
  await send(0x90, D4, 100);
  await send(0x80, D4, 0);
  await page.evaluate(() => (window as unknown as { unplug: () => void }).unplug());
  await still(page);
});

/** The panel of what moves a control, at what MIDI can do. */
async function openMidiOf(page: Page, control: string): Promise<void> {
  await page.getByRole("button", { name: `Let something move ${control}` }).click();
  await page.getByRole("radio", { name: "MIDI" }).check();
}

test("a knob is learned, sets its control, and is known after a reload", { tag: "@ci" }, async ({ entered: page }) => {
  const send = await plugIn(page);
  await visit(page, "Notes");
  const room = page.getByRole("slider", { name: "Room", exact: true });
  const value = async () => Number(await room.getAttribute("aria-valuenow"));
  await openMidiOf(page, "Room");
  await page.getByRole("button", { name: "Learn: the knob sets it" }).click();
  await expect(page.getByText("Turn the knob that shall set Room.")).toBeVisible();
  await send(0xb0, 21, 64);
  await expect(page.getByText("The knob moves Room from now on.")).toBeVisible();
  await page.keyboard.press("Escape");
  await send(0xb0, 21, 0);
  await expect.poll(value).toBe(0);
  await send(0xb0, 21, 127);
  await expect.poll(value).toBe(100);
  // Another knob is another's.
  await send(0xb0, 22, 0);
  expect(await value()).toBe(100);

  await page.reload();
  await room.waitFor();
  await expect(async () => {
    await send(0xb0, 21, 0);
    expect(await value()).toBe(0);
  }).toPass(SOON);
  await visit(page, "Settings");
  await expect(page.getByText("CC 21 ch 1")).toBeVisible();
  await page.getByRole("button", { name: "Forget CC 21 ch 1" }).click();
  await expect(page.getByText("CC 21 ch 1")).toHaveCount(0);
});

test("a knob is heard while it plays", async ({ entered: page }) => {
  const send = await plugIn(page);
  await visit(page, "Notes");
  await page.getByRole("button", { name: "More controls" }).click();
  await openMidiOf(page, "Level");
  await page.getByRole("button", { name: "Learn: the knob sets it" }).click();
  await send(0xb0, 20, 110);
  await expect(page.getByText("The knob moves Level from now on.")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Organ", exact: true }).click();
  await page.locator('[data-note="60"]').hover();
  await page.mouse.down();
  await heard(page);
  await send(0xb0, 20, 0);
  await expect.poll(() => level(page), SOON).toBeLessThan(-50);
  await page.mouse.up();
});

test("a control moves with a knob, and what was set becomes an instrument", { tag: "@ci" }, async ({ entered: page }) => {
  const send = await plugIn(page);
  await visit(page, "Notes");
  await openMidiOf(page, "Glide");
  await page.getByRole("button", { name: "Turn a knob" }).click();
  await send(0xb0, 21, 100);
  const badge = page.getByRole("button", { name: "Glide is moved by Knob 21: change it" });
  await expect(badge).toBeVisible();
  await page.keyboard.press("Escape");
  await play(page);
  const now = page.locator('[data-control="control-glide_seconds"] .control-now');
  const at = async () => Number.parseFloat(await now.evaluate((dot) => (dot as HTMLElement).style.left));
  await send(0xb0, 21, 127);
  await expect.poll(at, SOON).toBeGreaterThan(10);
  await send(0xb0, 21, 0);
  await expect.poll(at, SOON).toBeLessThan(5);

  await page.getByRole("button", { name: "Keep this sound" }).click();
  await page.getByLabel("Name").fill("Knob notes");
  await page.getByRole("button", { name: "Keep as instrument" }).click();
  await expect(page.getByText("Knob notes is an instrument now.")).toBeVisible(SOON);
  await page.goto(new URL("/play/knob_notes", page.url()).href);
  await expect(badge).toBeVisible(SOON);
});
