/** All that can be opened over a page, and how; what is added here is checked with everything else. */
import type { Locator, Page } from "@playwright/test";

export interface Overlay {
  name: string;
  open: (page: Page) => Promise<void>;
  /** what is there while it is open */
  shown: (page: Page) => Locator;
  /** the page goes on beside it, or is another one: all of it is looked at */
  whole?: boolean;
}

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const dialog = (name: string | RegExp) => (page: Page) => page.getByRole("dialog", { name });
const menu = (page: Page) => page.getByRole("menu");

/** Whatever else is shown, something of it can be moved. */
const add = (page: Page) => page.getByRole("button", { name: /^Let something move/ }).first();

const MOVERS = ["LFO", "By hand", "Sound", "Face", "MIDI"];

const moving = (by: string): Overlay => ({
  name: `moved by ${by}`,
  open: async (page) => {
    await add(page).scrollIntoViewIfNeeded();
    await add(page).click();
    await page.getByRole("radio", { name: by, exact: true }).check();
  },
  shown: dialog(/^What moves /),
});

/** A menu of the bar at the top, and one of its items. */
const fromMore = (item: string) => async (page: Page) => {
  await button(page, "Models, jobs, settings").click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
};

const opensMenu = (name: string): Overlay => ({ name: `menu ${name}`, open: (page) => button(page, name).click(), shown: menu });

const finds: Overlay = { name: "palette", open: (page) => page.keyboard.press("Control+k"), shown: dialog("Find anything") };
const tour = async (page: Page) => {
  await page.keyboard.press("Shift+Slash");
  await button(page, "Take the tour").click();
};

/** On an instrument's page as wide as a desk's. */
export const WIDE: Overlay[] = [
  { name: "presets", open: (page) => page.locator("#preset").click(), shown: dialog("Presets") },
  { name: "keep", open: (page) => button(page, "Keep this sound").click(), shown: dialog("Keep this sound") },
  ...MOVERS.map(moving),
  { name: "morph", open: (page) => button(page, /^Between A and B/).click(), shown: dialog("Between A and B") },
  finds,
  {
    name: "palette, nothing found",
    open: async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Find anything" }).fill("no such thing");
    },
    shown: dialog("Find anything"),
  },
  { name: "keys", open: (page) => button(page, "Keys and help").click(), shown: dialog("Keys and help") },
  { name: "tour", open: tour, shown: dialog("Tour"), whole: true },
  { name: "stage", open: (page) => button(page, "Stage mode").click(), shown: (page) => page.locator(".stage-over"), whole: true },
  { name: "takes", open: fromMore("Takes"), shown: dialog("Takes") },
  {
    name: "file",
    open: async (page) => {
      await button(page, "Share or export").click();
      await page.getByRole("menuitem", { name: "Make a file" }).click();
    },
    shown: dialog("Make a file"),
  },
  opensMenu("Models, jobs, settings"),
  opensMenu("Share or export"),
  opensMenu("Zoom"),
  opensMenu("View"),
  opensMenu("Colours"),
];

/** As narrow as a phone. */
export const NARROW: Overlay[] = [
  { name: "presets", open: (page) => page.locator("#preset").click(), shown: dialog("Presets") },
  { name: "palette", open: fromMore("Find anything"), shown: dialog("Find anything") },
  { name: "keys", open: fromMore("Keys and tour"), shown: dialog("Keys and help") },
  { name: "tour", open: tour, shown: dialog("Tour"), whole: true },
  { name: "stage", open: fromMore("Stage mode"), shown: (page) => page.locator(".stage-over"), whole: true },
  { name: "takes", open: fromMore("Takes"), shown: dialog("Takes") },
  opensMenu("Instruments"),
  opensMenu("Models, jobs, settings"),
];
