import { defineConfig } from "@playwright/test";

/**
 * Parts of Chromium that no journey needs. It heeds the last such list alone, so Playwright's own is here too (its
 * chromiumSwitches.ts tells why). The last two are the list below the address bar, made for each window that opens, though
 * nobody sees it: 1.7 s of a processor each time.
 */
const UNUSED = [
  ...["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable"],
  ...["LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect"],
  ...["TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"],
  ...["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"],
];

/** Journeys through the real studio: a server of its own, Debian's Chromium, no downloads. */
export default defineConfig({
  testDir: "journeys",
  testMatch: "*.spec.ts",
  workers: 1,
  // A shared machine stalls now and then; what needed a second try is told as flaky.
  retries: process.env["CI"] ? 1 : 0,
  // Two cores that are busy with other things; what is waited for is polled, so a quick machine does not wait.
  timeout: 150_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: {
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        `--disable-features=${UNUSED.join(",")}`,
        // Such as --disable-gpu, where a processor would have to imitate one.
        ...(process.env["CHROMIUM_FLAGS"]?.split(" ") ?? []),
      ],
    },
  },
});
