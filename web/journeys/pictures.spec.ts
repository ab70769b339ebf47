/** Pictures of every page for the documentation; only when PICTURES names a folder. */
import { join } from "node:path";
import { expect, level, test } from "./studio";

const FOLDER = process.env["PICTURES"] ?? "";
const SIZES = [["wide", 1280, 800], ["narrow", 390, 844]] as const;

test.skip(!FOLDER, "docs/make_studio_pictures.py asks for them");

for (const [name, width, height] of SIZES) {
  test(`pictures, ${name}`, async ({ entered: page, studio }) => {
    test.setTimeout(180_000);
    const scheme = name === "wide" ? "dark" : "light";
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height });
    const open = (path: string) => page.goto(`http://127.0.0.1:${studio.port}${path}`);
    const shoot = (what: string) => page.screenshot({ path: join(FOLDER, `studio-${what}-${name}.png`) });
    const play = async () => {
      await page.getByRole("button", { name: "Play" }).click();
      await page.getByRole("button", { name: "Stop" }).waitFor();
      await page.getByTestId("figures").waitFor();
    };

    await open("/face");
    await play();
    await page.getByText("Keys", { exact: true }).click();
    await page.keyboard.down("KeyM");
    await page.waitForTimeout(1500);
    await page.keyboard.down("KeyL");
    await page.waitForTimeout(1500);
    await shoot("face");

    await open("/texture");
    await play();
    for (const sound of ["Rain thunder", "Bell chime"]) {
      await page.getByRole("button", { name: sound }).click();
      await page.waitForTimeout(1500);
    }
    await page.locator("main").evaluate((main) => main.scrollTo(0, 0));
    await shoot("texture");

    await open("/texture/query");
    await play();
    await page.getByRole("button", { name: "Begin", exact: true }).click();
    await page.getByRole("button", { name: "Sound 3" }).click();
    await page.getByRole("button", { name: "Children of sound 3" }).click();
    await page.getByRole("button", { name: "Sound 10" }).click();
    await page.waitForTimeout(1500);
    await shoot("query");

    await open("/notes");
    await page.getByRole("combobox", { name: "Instrument" }).selectOption("marimba");
    await play();
    await page.waitForTimeout(500);
    for (const key of ["KeyA", "KeyD", "KeyG", "KeyK"]) {
      await page.keyboard.down(key);
      await page.waitForTimeout(350);
      if (key !== "KeyK") await page.keyboard.up(key);
    }
    await expect.poll(() => level(page)).toBeGreaterThan(-50);
    await shoot("notes");
    await page.keyboard.up("KeyK");

    await open("/models");
    await page.getByText("What it was trained on").waitFor();
    await shoot("models");
    await open("/settings");
    await page.getByText("What runs the models").waitFor();
    await shoot("settings");
    await open("/about");
    await page.getByText("Everything that playing needs").waitFor({ timeout: 60_000 });
    await shoot("about");
  });
}
