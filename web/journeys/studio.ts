/** A studio or a room for each file of journeys: a fresh folder, any port; started once, which takes as long as many a journey. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";
import type { Patch } from "../src/generated/wire";

const ROOT = resolve(import.meta.dirname, "../..");
const PYTHON = process.env["PYTHON"] ?? "python3";

export class Studio {
  private process: ChildProcess | null = null;
  private readonly folder = mkdtempSync(join(tmpdir(), "studio-"));
  private addresses: string[] = [];
  private used = 0;
  port = 0;

  /** @param modules folder that Python looks into before all others
   * @param room whether it is one for guests */
  constructor(
    private readonly modules = "",
    private readonly room = false,
  ) {}

  /** @returns the address that lets a browser in, once; a studio that runs tells the next when one was used, a room has one for all. */
  async open(): Promise<string> {
    if (!this.process || this.process.exitCode !== null || this.process.signalCode !== null) await this.start();
    if (this.room) return this.addresses[0]!;
    await expect.poll(() => this.addresses.length, { message: "no new address was told", intervals: [20] }).toBeGreaterThan(this.used);
    return this.addresses[this.used++]!;
  }

  /** Without an address: for pages that were let in before. */
  async start(): Promise<void> {
    [this.addresses, this.used] = [[], 0];
    const made = spawn(
      PYTHON,
      [
        ...["-c", "from latent_resonance.cli.main import main; main()"],
        ...(this.room ? ["room"] : ["studio", "--no-browser"]),
        ...["--folder", this.folder, "--port", String(this.port)],
      ],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          PYTHONPATH: [this.modules, join(ROOT, "src")].filter(Boolean).join(delimiter),
          PYTHONUNBUFFERED: "1",
          // What a journey imports is not kept among the user's own models.
          XDG_DATA_HOME: join(this.folder, "data"),
        },
      },
    );
    this.process = made;
    let said = "";
    const address = await new Promise<string>((done, failed) => {
      const listen = (data: Buffer) => {
        said += data.toString();
        // A line that is not whole yet has no end.
        this.addresses = Array.from(said.matchAll(/(http:\/\/\S+token=\S+)\s/g), ([, address]) => address!);
        if (this.addresses[0]) done(this.addresses[0]);
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
  }

  async kill(): Promise<void> {
    // One that could not begin has ended by itself.
    if (!this.process || this.process.exitCode !== null) return;
    const ended = new Promise((done) => this.process?.once("exit", done));
    this.process.kill("SIGKILL");
    await ended;
  }

  /** It hangs: its sockets stand, and nobody answers. */
  hang(): void {
    this.process?.kill("SIGSTOP");
  }

  goOn(): void {
    this.process?.kill("SIGCONT");
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Console errors, exceptions, and requests to anywhere but the studio, of all pages of a context. */
export function listenForTroubles(context: BrowserContext, studio: Studio): string[] {
  const troubles: string[] = [];
  context.on("console", (message) => {
    if (message.type() === "error") troubles.push(message.text());
  });
  context.on("weberror", (error) => troubles.push(error.error().message));
  const judge = (address: string) => {
    const url = new URL(address);
    const own = url.hostname === "127.0.0.1" && url.port === String(studio.port);
    if (!own && !["data:", "blob:"].includes(url.protocol)) troubles.push(`left the origin: ${address}`);
  };
  context.on("request", (request) => judge(request.url()));
  context.on("page", (page) => page.on("websocket", (socket) => judge(socket.url())));
  return troubles;
}

/** Past the first screen and the hints of the first minute, to the first instrument. */
export async function letIn(page: Page, address: string): Promise<void> {
  await page.addInitScript(() => localStorage.setItem("hints", "seen"));
  await page.goto(address);
  // The token is exchanged for a cookie, which leads on by itself.
  await page.waitForURL((url) => !url.search.includes("token"));
  await page.waitForLoadState();
  await page.goto(new URL("/face", address).href);
  await page.locator("#preset:enabled").waitFor();
}

interface WorkerFixtures {
  /** the studio of the file that is being run */
  running: { studio: Studio | null; of: string };
}

interface Fixtures {
  /** a studio of one's own, where it matters that nobody was there before */
  alone: boolean;
  /** folder of modules that come before all others in the studio's Python */
  modules: string;
  /** whether it is a room, and who comes in a guest */
  room: boolean;
  studio: Studio;
  /** what went wrong on any page; nothing may have when a journey ends */
  troubles: string[];
  /** a page that was let in */
  entered: Page;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  running: [
    // eslint-disable-next-line no-empty-pattern -- the test runner wants a pattern here
    async ({}, give) => {
      const running: WorkerFixtures["running"] = { studio: null, of: "" };
      await give(running);
      await running.studio?.close();
    },
    { scope: "worker" },
  ],
  alone: [false, { option: true }],
  modules: ["", { option: true }],
  room: [false, { option: true }],
  studio: async ({ running, modules, room, alone }, give, { file, testId }) => {
    const of = [file, modules, String(room), alone ? testId : ""].join("\0");
    if (running.of !== of) {
      await running.studio?.close();
      running.studio = new Studio(modules, room);
      running.of = of;
    }
    await give(running.studio!);
  },
  troubles: async ({ context, studio }, give) => {
    const troubles = listenForTroubles(context, studio);
    await give(troubles);
    expect(troubles).toEqual([]);
  },
  entered: async ({ troubles, page, studio }, give) => {
    expect(troubles).toEqual([]);
    await letIn(page, await studio.open());
    await give(page);
  },
});

export { expect };

/** As a slow machine needs; polled, so that a quick one does not wait. */
export const SOON = { timeout: 30_000 };
export const SILENT = -60;

/** Peak of what the worklet plays, as the level meter shows it in decibels. */
export async function level(page: Page): Promise<number> {
  return Number(await page.getByRole("meter", { name: "Level" }).getAttribute("aria-valuenow"));
}

/** Looked at often: struck sounds die away within seconds. */
export const heard = (page: Page, above = -45, timeout = SOON.timeout) =>
  expect.poll(() => level(page), { timeout, intervals: [100] }).toBeGreaterThan(above);
export const still = (page: Page) => expect.poll(() => level(page), SOON).toBe(SILENT);

/** Goes to a page as players do: by the instruments' row, their menu on a phone, or the menu of all else. */
export async function visit(page: Page, name: string): Promise<void> {
  const tab = page.getByRole("navigation", { name: "Instruments" }).getByRole("link", { name, exact: true });
  const instruments = page.getByRole("button", { name: "Instruments" });
  // On a wide screen they are there when the server has told of them.
  await page.getByRole("navigation", { name: "Instruments" }).getByRole("link").or(instruments).first().waitFor();
  if (await tab.count()) {
    await tab.click();
  } else {
    const narrow = (await instruments.count()) && ["Face", "Texture", "Notes", "Vision", "Voice"].includes(name);
    await (narrow ? instruments : page.getByRole("button", { name: "Models, jobs, settings" })).click();
    await page.getByRole("menuitem", { name, exact: true }).click();
  }
  await page.getByRole("heading", { level: 1, name, exact: true }).waitFor({ state: "attached" });
}

/** The sound streams; what it needs is told where there is room for it. */
export const streams = (page: Page) => page.getByTestId("figures").waitFor({ state: "attached", ...SOON });

/** Presses Play; resolves when the sound streams. */
export async function play(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await streams(page);
}

/** Holds a key until it is heard; pressed again where a slow machine missed a sound that died away. */
export async function strike(page: Page, key: string): Promise<void> {
  await expect(async () => {
    await page.keyboard.up(key);
    await page.keyboard.down(key);
    await heard(page, -40, 4000);
  }).toPass(SOON);
}

/** What the server keeps for this tab's session. */
export async function keptPatch(page: Page): Promise<Patch> {
  return page.evaluate(async () => {
    const answer = await fetch(`/api/sessions/${sessionStorage.getItem("session")}`);
    return ((await answer.json()) as { patch: Patch }).patch;
  });
}

/** A file, dropped on what `selector` finds. */
export async function dropFile(page: Page, selector: string, name: string, bytes: Uint8Array): Promise<void> {
  await page.locator(selector).first().waitFor();
  await page.evaluate(
    ({ selector, name, text }) => {
      const content = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const files = new DataTransfer();
      files.items.add(new File([content], name));
      const drop = new DragEvent("drop", { dataTransfer: files, cancelable: true, bubbles: true });
      document.querySelector(selector)!.dispatchEvent(drop);
    },
    { selector, name, text: Buffer.from(bytes).toString("base64") },
  );
}
