/** The first load of the page: what index.html names and the page that opens first, gzipped. */
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const ROOT = "../src/latent_resonance/studio/static";
const MOST_KB = 200;
const index = readFileSync(`${ROOT}/index.html`, "utf8");
const named = [...index.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path]) => path);
const first = readdirSync(`${ROOT}/assets`).filter((name) => /^(FacePage|Controls|ControlSlider|CornerPad|Thumb|worklet|socket\.worker|picture\.worker)/.test(name));
const all = [...new Set([...named, ...first.map((name) => `assets/${name}`)])];
let sum = gzipSync(index).length;
for (const path of all) {
  const size = gzipSync(readFileSync(`${ROOT}/${path}`)).length;
  sum += size;
  console.log(`${(size / 1000).toFixed(1).padStart(8)} kB  ${path}`);
}
console.log(`${(sum / 1000).toFixed(1).padStart(8)} kB  of ${MOST_KB}`);
if (sum > MOST_KB * 1000) {
  console.error("the first load is too large");
  process.exit(1);
}
