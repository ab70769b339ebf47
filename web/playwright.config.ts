import { defineConfig } from "@playwright/test";

/** Journeys through the real studio: a server of its own, Debian's Chromium, no downloads. */
export default defineConfig({
  testDir: "journeys",
  testMatch: "*.spec.ts",
  workers: 1,
  timeout: 60_000,
  reporter: [["list"]],
  use: {
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"],
    },
  },
});
