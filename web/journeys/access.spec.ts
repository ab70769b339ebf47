/** Without a mouse, and without motion. */
import type { Page } from "@playwright/test";
import { changes } from "./pixels";
import { expect, heard, keptPatch, play, SOON, still, strike, test, visit } from "./studio";
import { drawnPerSecond, noteTold } from "./told";

/** What has the focus, by its name. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    if (!at) return "";
    const label = document.getElementById(at.getAttribute("aria-labelledby") ?? "");
    return (at.getAttribute("aria-label") ?? label?.textContent ?? at.textContent ?? "").trim();
  });

/** Whether what has the focus looks different without it. */
const showsFocus = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement as HTMLElement;
    const looks = () =>
      [null, "::before", "::after"].map((part) => {
        const { outline, boxShadow, backgroundColor, borderColor, content } = getComputedStyle(at, part);
        return [outline, boxShadow, backgroundColor, borderColor, content].join();
      });
    const focused = looks().join();
    at.blur();
    const resting = looks().join();
    at.focus();
    return focused !== resting;
  });

/** Tab, until something of that name has the focus and shows that it has. */
async function tabTo(page: Page, name: string | RegExp, key = "Tab"): Promise<void> {
  const isIt = (found: string) => (typeof name === "string" ? found === name : name.test(found));
  for (let k = 0; k < 150; k++) {
    await page.keyboard.press(key);
    if (!isIt(await focused(page))) continue;
    expect(await showsFocus(page), `${String(name)} shows no focus`).toBe(true);
    return;
  }
  throw new Error(`${String(name)} is not reached by ${key}`);
}

test("a control by the keyboard alone: played, moved, typed; the focus is seen and comes back", { tag: "@ci" }, async ({ entered: page }) => {
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("To the transport");
  await tabTo(page, "Texture");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Texture" }).waitFor({ state: "attached" });
  await page.getByRole("slider", { name: "Speed", exact: true }).waitFor({ state: "attached" });
  await tabTo(page, "Play", "Shift+Tab");
  await page.keyboard.press("Enter");
  await heard(page);

  // A control: by arrows, by a typed value, by what moves it; the focus comes back to where it was.
  await tabTo(page, "Let something move Low cut");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "What moves Low cut" }).waitFor();
  await tabTo(page, "Triangle");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect.poll(() => focused(page)).toMatch(/^Low cut is moved by/);
  await tabTo(page, "Low cut");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  // What is no value changes nothing, and says so; an exponent is read.
  await page.getByRole("textbox", { name: "Low cut: value" }).fill("300 apples");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/^“300 apples” is no value of Low cut\. It stays at /)).toBeVisible(SOON);
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Low cut: value" }).fill("3e2 Hz");
  await page.keyboard.press("Enter");
  expect(await focused(page)).toBe("Low cut");
  const kept = async () => {
    const { controls, moves } = await keptPatch(page);
    return { low: Math.round(controls["low_hz"] ?? 0), shape: moves["low_hz"]?.kind };
  };
  await expect.poll(kept, SOON).toEqual({ low: 300, shape: "lfo" });

  await tabTo(page, "Keep this sound", "Shift+Tab");
  await page.keyboard.press("Enter");
  // What was opened has the focus.
  await expect(page.getByRole("dialog", { name: "Keep this sound" }).getByRole("textbox", { name: "Name" })).toBeFocused(SOON);
  await page.keyboard.type("By keys");
  await page.keyboard.press("Enter");
  await expect(page.locator("#preset")).toContainText("By keys", SOON);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await focused(page)).toBe("Keep this sound");

  await tabTo(page, "Stop", "Shift+Tab");
  await page.keyboard.press("Space");
  await still(page);
});

test("on Notes the letters are keys wherever the focus is, and Alt makes them shortcuts again", { tag: "@ci" }, async ({ entered: page }) => {
  await visit(page, "Notes");
  await page.locator('[data-note="48"]').waitFor();
  await strike(page, "KeyA");
  await page.keyboard.up("KeyA");
  await still(page);
  await tabTo(page, "C3");
  await page.keyboard.press("ArrowRight");
  await strike(page, "Enter");
  await expect(page.locator('[data-note="49"]')).toHaveClass(/lit/);
  await page.keyboard.up("Enter");
  await still(page);
  await page.keyboard.press("Alt+r");
  await page.getByRole("button", { name: "Stop recording" }).waitFor(SOON);
  await page.keyboard.press("Alt+r");
  await expect(page.getByText("The take is kept")).toBeVisible(SOON);
});

test("the skip links lead past the rest", async ({ entered: page }) => {
  await expect(page.locator("#preset")).toBeEnabled(SOON);
  const leads = { "To the transport": "transport", "To the preset": "preset", "To the page": "page" };
  for (const [name, id] of Object.entries(leads)) {
    await page.getByRole("link", { name }).focus();
    await expect(page.getByRole("link", { name })).toBeInViewport();
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe(id);
  }
  // The address is the page's own still.
  expect(new URL(page.url()).pathname).toBe("/face");
});

test("where motion is reduced nothing moves by itself", async ({ entered: page }) => {
  await noteTold(page);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.reload();
  await visit(page, "Texture");
  // Before anything plays the picture rests, once it is there.
  await expect.poll(() => changes(page), SOON).toBe(0);
  expect(await changes(page)).toBe(0);
  await play(page);
  await heard(page);
  await expect.poll(() => drawnPerSecond(page), { timeout: 60_000 }).toBeLessThan(4.5);
  expect(await drawnPerSecond(page)).toBeGreaterThan(1);
  const moving = () => page.evaluate(() =>
    [...document.querySelectorAll("*")].filter((each) => {
      const { transitionDuration, animationName } = getComputedStyle(each);
      return transitionDuration.split(",").some((time) => parseFloat(time) > 0) || animationName !== "none";
    }).map((each) => each.outerHTML.slice(0, 80)),
  );
  expect(await moving()).toEqual([]);
  await heard(page);

  await page.emulateMedia({ reducedMotion: "no-preference" });
  await expect.poll(async () => (await moving()).length).toBeGreaterThan(0);
});

test("under a system's contrast theme knobs of sliders, switches and what is chosen are seen", async ({ entered: page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await visit(page, "Notes");
  const ground = await page.locator("body").evaluate((at) => getComputedStyle(at).backgroundColor);
  const colour = (selector: string, part?: string) =>
    page.locator(selector).first().evaluate((at, part) => getComputedStyle(at, part).backgroundColor, part);
  const chosen = await colour(".segmented label.on");
  for (const seen of [await colour(".control-cap", "::before"), await colour(".control-track", "::before"), chosen]) {
    expect(seen).not.toBe(ground);
  }
  expect(chosen).not.toBe(await colour(".segmented label:not(.on)"));
  expect(await colour(".switch[data-state='checked']")).not.toBe(await colour(".switch:not([data-state='checked'])"));
  expect(await colour(".piano .black")).not.toBe(await colour(".piano .white"));
});
