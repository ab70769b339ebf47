/** The picture where there is no WebGL: the same line, drawn otherwise. */
import { test } from "./studio";
import { expectSmoothTone } from "./tone";

test.use({
  colorScheme: "dark",
  launchOptions: {
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-3d-apis"],
  },
});

test("110 Hz is one smooth line without WebGL", async ({ entered: page, context }) => {
  await expectSmoothTone(page, context, null);
});
