/** Pictures of every page for the documentation; only when PICTURES names a folder. */
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page } from "@playwright/test";
import { eachView, everyAddress } from "./every-page";
import { dropFile, expect, heard, play, SOON, test } from "./studio";

const FOLDER = process.env["PICTURES"] ?? "";
/** `design`: the same views as the design's own pictures, at their sizes */
const KIND = process.env["PICTURES_KIND"] ?? "pages";
const SIZES = [
  ["1440", 1440, 900],
  ["1280", 1280, 800],
  ["390", 390, 844],
] as const;
const THEMES = ["dark", "light"] as const;
const SONG = resolve(import.meta.dirname, "../../src/latent_resonance/engine/performances/notes.mid");
/** so long the picture fills */
const FILL_MS = 6000;

test.skip(!FOLDER, "docs/make_studio_pictures.py asks for them");

async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}

/** All of it is there: the instrument, small pictures, a page of the help. */
async function complete(page: Page, address: string): Promise<void> {
  if (/^\/(face|texture|notes|play)/.test(address)) await page.locator("#preset:enabled").waitFor(SOON);
  await page.waitForLoadState("networkidle", { timeout: 20_000 }).catch(() => undefined);
  await page.waitForFunction(() => !document.querySelector(".waiting") && !/Opening…/.test(document.body.innerText));
}

/** Plays, if the page has something to play and does not yet. */
async function soundOn(page: Page): Promise<void> {
  const stopped = page.getByRole("button", { name: "Play", exact: true });
  if (!(await stopped.count()) || !(await stopped.first().isEnabled())) return;
  await play(page);
  await page.waitForTimeout(FILL_MS);
}

async function dismiss(page: Page): Promise<void> {
  // What is open may lie over a note, and a note may go by itself: neither is waited for.
  await page.evaluate(() => {
    for (const note of document.querySelectorAll<HTMLElement>('button[aria-label="Dismiss"]')) note.click();
  });
}

/** What is done before a page's picture is taken; all others that play just play. */
const SCENES: Record<string, (page: Page) => Promise<void>> = {
  async "texture-breed"(page) {
    const begin = page.getByRole("button", { name: /from anywhere$/ });
    if (await begin.count()) await begin.first().click(SOON);
    await page.waitForTimeout(4000);
  },
  async notes(page) {
    await dropFile(page, "body", "Evening in A minor.mid", readFileSync(SONG));
    await heard(page, -50);
    const loop = page.getByRole("button", { name: /^Loop/ });
    if ((await loop.getAttribute("aria-pressed")) === "false") await loop.click();
    await page.getByRole("radio", { name: "Triads" }).check();
    const stay = page.getByRole("switch", { name: "Stay in" });
    if (!(await stay.isChecked())) await stay.click();
    await page.waitForTimeout(FILL_MS);
  },
  async voice(page) {
    const prompt = page.getByLabel("What shall it show?");
    // On a phone it lies behind the takes.
    const hidden = !(await prompt.isVisible());
    if (hidden) await page.getByRole("radio", { name: "Picture" }).check();
    await prompt.fill("orange rings on night blue, calm, hopeful");
    if (hidden) await page.getByRole("radio", { name: "Takes" }).check();
    for (let take = 1; take <= 3; take++) {
      await page.getByRole("button", { name: "Record your voice" }).click();
      const seconds = async () => Number.parseFloat(await page.locator(".voice-take.num").innerText());
      await expect.poll(seconds, SOON).toBeGreaterThan(1 + 0.4 * take);
      await page.getByRole("button", { name: "Stop recording your voice" }).click();
      await page.getByRole("region", { name: "The picture" }).getByRole("img", { name: new RegExp(`^Take ${take}:`) }).waitFor(SOON);
    }
    // To be there is not to be drawn yet.
    await page.evaluate(() => Promise.allSettled([...document.images].map((image) => image.decode())));
  },
  async screen(page) {
    const other = await page.context().newPage();
    await other.goto(new URL("/texture", page.url()).href);
    await play(other);
    await heard(other);
    await page.waitForTimeout(FILL_MS);
    await page.bringToFront();
    await page.waitForTimeout(500);
    await other.close();
  },
  async about(page) {
    await page.getByText("Everything that playing needs").waitFor({ timeout: 60_000 });
    // A picture is of the studio, not of whoever's machine took it.
    await page.evaluate(() => {
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const text = walk.currentNode as Text;
        if (/^\/.*studio/.test(text.data)) text.data = "~/.local/share/latent-resonance";
        text.data = text.data.replace(/Linux-\S+/, "Linux").replace(/\/\S*\/studio-\w+\/data/, "~/.local/share");
      }
    });
  },
};

const AFTER: Record<string, (page: Page) => Promise<void>> = {
  async notes(page) {
    await page.getByRole("button", { name: "Pause the file" }).click();
  },
};

for (const [size, width, height] of KIND === "pages" ? SIZES : []) {
  for (const theme of THEMES) {
    test(`pages at ${size}, ${theme}`, async ({ entered: page }) => {
      test.setTimeout(1_200_000);
      const addresses = await everyAddress(page);
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height });
      for (const address of ["/start", ...addresses]) {
        await eachView(page, address, async (name) => {
          await complete(page, address);
          await soundOn(page);
          await SCENES[name]?.(page);
          await dismiss(page);
          await shoot(page, `studio-${name}-${size}-${theme}`);
          await AFTER[name]?.(page);
        });
      }
    });
  }
}

/** Each as its design shows it: what is open, what plays, at its size. */
const DESIGNS: Record<string, { path: string; size?: [number, number]; theme?: "light"; ready?: (page: Page) => Promise<void> }> = {
  "texture-1440": { path: "/texture", ready: pointAtPicture },
  "texture-1440-light": { path: "/texture", theme: "light", ready: pointAtPicture },
  "face-1440": { path: "/face" },
  "notes-1440": { path: "/notes", ready: SCENES["notes"]! },
  "voice-1440": { path: "/voice", ready: SCENES["voice"]! },
  "controls-1440": {
    path: "/texture",
    async ready(page) {
      await page.getByRole("button", { name: "Let something move Rate" }).click();
      await page.getByRole("button", { name: "Sine", exact: true }).click();
      await page.waitForTimeout(1500);
    },
  },
  "first-run-1440": { path: "/start" },
  "palette-1440": {
    path: "/texture",
    async ready(page) {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("bright");
      await page.waitForTimeout(1500);
    },
  },
  "phone-390": { path: "/texture", size: [390, 844] },
  "stage-1920x1080": {
    path: "/texture",
    size: [1920, 1080],
    async ready(page) {
      await page.keyboard.press("s");
      await page.waitForTimeout(1500);
    },
  },
};

async function pointAtPicture(page: Page): Promise<void> {
  await page.mouse.move(1006, 310);
  await page.waitForTimeout(600);
}

for (const [name, design] of Object.entries(KIND === "design" ? DESIGNS : {})) {
  const { path, theme = "dark", ready } = design;
  const [width, height] = design.size ?? [1440, 900];
  test.describe(name, () => {
    test.use({ deviceScaleFactor: width === 390 ? 2 : 1 });
    test(`beside the design: ${name}`, async ({ entered: page }) => {
      test.setTimeout(300_000);
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height });
      await page.goto(new URL(path, page.url()).href);
      await complete(page, path);
      await page.waitForTimeout(2000);
      if (path !== "/start") await soundOn(page);
      await ready?.(page);
      await dismiss(page);
      await shoot(page, name);
    });
  });
}
