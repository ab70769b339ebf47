/**
 * Whether the docs' search answers without a network: `node scripts/site-search.mjs WORD`, after
 * `python docs/build_site.py`. CHROMIUM names the browser.
 */
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { chromium } from "@playwright/test";

const SITE = join(import.meta.dirname, "../../build/site");
const KINDS = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json" };
const word = process.argv[2] ?? "playhead";

const server = createServer(async (request, response) => {
  const path = normalize(new URL(request.url ?? "/", "http://127.0.0.1").pathname);
  try {
    const body = await readFile(join(SITE, path === "/" ? "index.html" : path));
    response.writeHead(200, { "content-type": KINDS[extname(path)] ?? "application/octet-stream" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const home = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
const page = await browser.newPage();
const outside = [];
page.on("request", (request) => {
  if (request.url().startsWith("http") && !request.url().startsWith(home)) outside.push(request.url());
});
await page.goto(`${home}/index.html`, { waitUntil: "networkidle" });
await page.waitForTimeout(1500); // the search is started after the page
await page.keyboard.press("/");
await page.waitForTimeout(1000);
await page.keyboard.type(word, { delay: 30 });
const told = page.getByText(/^\d+ results?$/);
await told.waitFor({ timeout: 20_000 }).catch(() => undefined);
const found = (await told.count()) > 0 ? await told.first().textContent() : "nothing";
console.log(`${word}: ${found}; requests that leave this machine: ${outside.length}`);
await browser.close();
server.close();
if (found === "nothing" || found?.startsWith("0 ") || outside.length > 0) process.exit(1);
