/** Puts the docs for players beside the pages, as text that the help page draws; they need no network. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import type { HelpEntry, HelpIndex, HelpText } from "../src/pages/help/content.ts";
import { convert, plain } from "./help/convert.ts";
import { GROUPS } from "./help/pages.ts";

const DOCS = join(import.meta.dirname, "../../docs");
/** Larger pictures stay words, so that the wheel stays small. */
const MOST_BYTES = 300_000;
/** Deeper headings are not searched for. */
const DEEPEST = 3;

/** Everything that is served: text by its path under `help/`, and paths of pictures in the docs. */
export interface Help {
  index: HelpIndex;
  texts: Map<string, HelpText>;
  pictures: Set<string>;
  /** pages that are listed and not there */
  missing: string[];
}

export function readHelp(docs = DOCS): Help {
  const listed = GROUPS.flatMap(({ title, pages }) => pages.map((name) => ({ name, group: title })));
  const there = listed.filter(({ name }) => existsSync(join(docs, `${name}.md`)));
  const pages = new Set(there.map(({ name }) => name));
  const pictures = new Set<string>();
  const picture = (path: string) => {
    const file = join(docs, path);
    if (!/^pictures\/[\w.-]+\.(png|jpg|webp)$/.test(path) || !existsSync(file)) return null;
    if (statSync(file).size > MOST_BYTES) return null;
    pictures.add(path);
    return `/help/${path}`;
  };
  const texts = new Map<string, HelpText>();
  const entries = there.map(({ name, group }): HelpEntry => {
    const text = convert(readFileSync(join(docs, `${name}.md`), "utf8"), name, { pages, picture });
    texts.set(name, text);
    const headings = text.blocks.flatMap((block) =>
      block.kind === "heading" && block.level > 1 && block.level <= DEEPEST
        ? [{ id: block.id, text: plain(block.of), level: block.level }]
        : [],
    );
    return { name, title: text.title, group, headings };
  });
  const missing = listed.filter(({ name }) => !pages.has(name)).map(({ name }) => name);
  return { index: { pages: entries }, texts, pictures, missing };
}

export function help(): Plugin {
  return {
    name: "help",
    apply: "build",
    buildStart() {
      for (const { pages } of GROUPS) for (const name of pages) this.addWatchFile(join(DOCS, `${name}.md`));
    },
    generateBundle() {
      const { index, texts, pictures, missing } = readHelp();
      if (missing.length > 0) this.warn(`the help lacks ${missing.join(", ")}: not in ${DOCS}`);
      const emit = (name: string, source: string | Uint8Array) =>
        this.emitFile({ type: "asset", fileName: `help/${name}`, source });
      emit("index.json", JSON.stringify(index));
      for (const [name, text] of texts) emit(`${name}.json`, JSON.stringify(text));
      for (const path of pictures) emit(path, readFileSync(join(DOCS, path)));
    },
  };
}
