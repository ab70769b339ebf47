/** Settings are kept, and what they change is changed at once, in other windows too. */
import { expect, heard, play, SOON, test, visit } from "./studio";

test("settings are kept over a reload, and the projector follows them", { tag: "@ci" }, async ({ entered: page, context }) => {
  await visit(page, "Face");
  await play(page);
  await heard(page);
  const screen = await context.newPage();
  await screen.goto(new URL("/screen", page.url()).href);
  await expect(screen.getByTestId("corner")).toContainText("bpm", SOON);

  await visit(page, "Settings");
  const corner = page.getByRole("switch", { name: "Tempo and level" });
  await corner.click();
  await expect(screen.getByTestId("corner")).toHaveCount(0);
  await screen.keyboard.press("KeyC");
  await expect(corner).toBeChecked();

  await page.getByRole("button", { name: "Buffer: type a value" }).click();
  await page.getByRole("textbox", { name: "Buffer: value" }).fill("120 ms");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("slider", { name: "Buffer" })).toHaveAttribute("aria-valuetext", "120 ms");
  const letters = page.getByRole("switch", { name: "Letters play notes" });
  await letters.click();
  await expect
    .poll(() => page.evaluate(async () => (await fetch("/api/settings")).json() as Promise<Record<string, unknown>>))
    .toMatchObject({ buffer_ms: 120, letters_play: false });
  await page.evaluate(() => localStorage.setItem("hints", "seen"));
  await page.reload();
  await page.getByRole("button", { name: "Show again" }).click();
  await expect(page.getByText("come with the next sound")).toBeVisible();
  expect(await page.evaluate(() => localStorage.getItem("hints"))).toBeNull();
  await expect(letters).not.toBeChecked();
  await expect(page.getByRole("slider", { name: "Buffer" })).toHaveAttribute("aria-valuetext", "120 ms");
});
