/** Pictures of every page for the documentation; only when PICTURES names a folder. */
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { eachView, everyAddress } from "./every-page";
import { heard, play, SOON, test } from "./studio";

const FOLDER = process.env["PICTURES"] ?? "";
const SIZES = [["wide", 1280, 800], ["narrow", 390, 844]] as const;
const THEMES = ["dark", "light"] as const;
/** Without ALL_THEMES the documentation's own: dark on a wide screen, light on a narrow one. */
const EVERY = process.env["ALL_THEMES"] === "1";
/** Names that the documentation has had from the beginning. */
const NAMES: Record<string, string> = { "texture-query": "query" };

test.skip(!FOLDER, "docs/make_studio_pictures.py asks for them");

/** Presses what is there of these, one after another, with time to be drawn. */
async function hear(page: Page, names: string[]): Promise<void> {
  for (const name of names) {
    const button = page.getByRole("button", { name, exact: true });
    if (!(await button.count())) continue;
    await button.first().click();
    await page.waitForTimeout(1500);
  }
}

/** What is done before a page's picture is taken; all others that play just play. */
const SCENES: Record<string, (page: Page) => Promise<void>> = {
  async face(page) {
    await page.getByText("Keys", { exact: true }).click();
    await page.keyboard.down("KeyM");
    await page.waitForTimeout(1500);
    await page.keyboard.down("KeyL");
    await page.waitForTimeout(1500);
  },
  texture: (page) => hear(page, ["Rain thunder", "Bell chime"]),
  async query(page) {
    await page.getByRole("button", { name: /from anywhere$/ }).click(SOON);
    await page.getByRole("group", { name: "Sounds to hear" }).getByRole("button").first().click(SOON);
    await page.waitForTimeout(2000);
  },
  async notes(page) {
    await page.getByRole("combobox", { name: "Instrument" }).selectOption("marimba");
    for (const key of ["KeyA", "KeyD", "KeyG", "KeyK"]) {
      await page.keyboard.down(key);
      await page.waitForTimeout(350);
      if (key !== "KeyK") await page.keyboard.up(key);
    }
    await heard(page, -50);
  },
  async screen(page) {
    const other = await page.context().newPage();
    await other.goto(new URL("/face", page.url()).href);
    await play(other);
    await heard(other);
    await page.bringToFront();
    await page.waitForTimeout(4000);
    await other.close();
  },
  async models(page) {
    await page.getByText("What it was trained on").waitFor(SOON);
  },
  async about(page) {
    await page.getByText("Everything that playing needs").waitFor({ timeout: 60_000 });
    // A picture is of the studio, not of whoever's machine took it.
    await page.evaluate(() => {
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const text = walk.currentNode as Text;
        if (/^\/.*studio/.test(text.data)) text.data = "~/.local/share/latent-resonance";
        text.data = text.data.replace(/Linux-\S+/, "Linux");
      }
    });
  },
};

const AFTER: Record<string, (page: Page) => Promise<void>> = {
  async face(page) {
    for (const key of ["KeyM", "KeyL"]) await page.keyboard.up(key);
  },
  notes: (page) => page.keyboard.up("KeyK"),
};

for (const [width, across, high] of SIZES) {
  for (const theme of THEMES) {
    const usual = (width === "wide") === (theme === "dark");
    if (!EVERY && !usual) continue;
    test(`pictures, ${width}, ${theme}`, async ({ entered: page }) => {
      test.setTimeout(900_000);
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width: across, height: high });
      for (const address of await everyAddress(page)) {
        await eachView(page, address, async (view) => {
          const name = NAMES[view] ?? view;
          const stopped = page.getByRole("button", { name: "Play", exact: true });
          if (await stopped.count()) {
            await play(page);
            await page.waitForTimeout(3000);
          }
          await SCENES[name]?.(page);
          await page.locator("main").evaluate((main) => main.scrollTo(0, 0));
          const file = EVERY ? `studio-${name}-${width}-${theme}.png` : `studio-${name}-${width}.png`;
          await page.screenshot({ path: join(FOLDER, file) });
          await AFTER[name]?.(page);
        });
      }
    });
  }
}
