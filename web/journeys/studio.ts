/** A studio of its own for each journey file: a fresh folder, any port. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test as base, expect, type Page } from "@playwright/test";

const ROOT = resolve(import.meta.dirname, "../..");
const PYTHON = process.env["PYTHON"] ?? "python3";

export class Studio {
  private process: ChildProcess | null = null;
  private readonly folder = mkdtempSync(join(tmpdir(), "studio-"));
  port = 0;

  /** @returns the address that lets a browser in, once. */
  async open(): Promise<string> {
    const made = spawn(
      PYTHON,
      ["-c", "from latent_resonance.cli.main import main; main()", "studio", "--no-browser", "--folder", this.folder, "--port", String(this.port)],
      { cwd: ROOT, env: { ...process.env, PYTHONPATH: join(ROOT, "src"), PYTHONUNBUFFERED: "1" } },
    );
    this.process = made;
    let said = "";
    const address = await new Promise<string>((done, failed) => {
      const listen = (data: Buffer) => {
        said += data.toString();
        const found = /http:\/\/\S+token=\S+/.exec(said);
        if (found) done(found[0]);
      };
      made.stdout.on("data", listen);
      made.stderr.on("data", listen);
      made.on("exit", () => failed(new Error(`the studio ended: ${said}`)));
    });
    this.port = Number(new URL(address).port);
    // The address is told a moment before somebody answers there.
    for (let tries = 0; tries < 200; tries++) {
      const there = await fetch(`http://127.0.0.1:${this.port}/api/about`).then(() => true, () => false);
      if (there) break;
      await new Promise((done) => setTimeout(done, 50));
    }
    return address;
  }

  async kill(): Promise<void> {
    const ended = new Promise((done) => this.process?.once("exit", done));
    this.process?.kill("SIGKILL");
    await ended;
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

interface Fixtures {
  studio: Studio;
  /** a page that was let in, with what went wrong on it */
  entered: Page;
  troubles: string[];
}

export const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern
  studio: async ({}, give) => {
    const studio = new Studio();
    await give(studio);
    await studio.close();
  },
  // eslint-disable-next-line no-empty-pattern
  troubles: async ({}, give) => {
    await give([]);
  },
  entered: async ({ page, studio, troubles }, give) => {
    page.on("console", (message) => {
      if (message.type() === "error") troubles.push(message.text());
    });
    page.on("pageerror", (error) => troubles.push(error.message));
    page.on("request", (request) => {
      const url = new URL(request.url());
      const own = url.port === String(studio.port) || ["data:", "blob:"].includes(url.protocol);
      if (!own) troubles.push(`left the origin: ${request.url()}`);
    });
    await page.goto(await studio.open());
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link").first().waitFor();
    await give(page);
  },
});

export { expect };

/** Peak of what the worklet plays, as the level meter shows it in decibels. */
export async function level(page: Page): Promise<number> {
  return Number(await page.getByRole("meter", { name: "Level" }).getAttribute("aria-valuenow"));
}
