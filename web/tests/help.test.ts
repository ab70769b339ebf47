import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { convert, slug } from "../scripts/help/convert";
import { readHelp } from "../scripts/help";
import { headingOf } from "../src/app/address";
import { findHelp } from "../src/pages/help/find";
import type { Block, Inline } from "../src/pages/help/content";

const SOURCES = join(import.meta.dirname, "../src");
const around = { pages: new Set(["here", "there"]), picture: (path: string) => (path === "pictures/a.png" ? "/help/a.png" : null) };
const blocks = (text: string) => convert(text, "here", around).blocks;

/** All inline parts of a page, however deep. */
function inlines(of: Block[]): Inline[] {
  const inside = (parts: Inline[]): Inline[] =>
    parts.flatMap((part) => (typeof part !== "string" && "of" in part ? [part, ...inside(part.of)] : [part]));
  return of.flatMap((block) => {
    if (block.kind === "list") return inlines(block.items.flat());
    if (block.kind === "quote") return inlines(block.of);
    if (block.kind === "table") return [...block.head, ...block.rows.flat()].flatMap(inside);
    return "of" in block ? inside(block.of) : [];
  });
}

describe("markdown of the docs", () => {
  it("becomes headings with the addresses that GitHub gives them", () => {
    expect(slug("Figures under the picture")).toBe("figures-under-the-picture");
    expect(slug("Playing: `/api/{id}`")).toBe("playing-apiid");
    const found = blocks("# A `b`\n\n## C\n\n## C\n").map((block) => block.kind === "heading" && [block.level, block.id]);
    expect(found).toEqual([[1, "a-b"], [2, "c"], [2, "c-1"]]);
  });

  it("keeps links between pages and to elsewhere, and lets go of all others", () => {
    const [block] = blocks("[a](there.md#x) [b](#y) [c](https://a.org/) [d](decisions/z.md) [e](javascript:alert(1))");
    const links = inlines([block!]).filter((part) => typeof part !== "string" && part.kind === "link");
    expect(links.map((part) => (part as { to: string }).to)).toEqual(["/help/there#x", "/help/here#y", "https://a.org/"]);
  });

  it("never makes HTML of HTML", () => {
    const all = JSON.stringify(blocks("a <b onclick='x'>b</b>\n\n<script>alert(1)</script>\n\n`<i>` & 1 < 2"));
    const text = inlines(blocks("`<i>` & 1 < 2"));
    expect(text).toEqual([{ kind: "code", text: "<i>" }, " & 1 < 2"]);
    expect(all).toContain("<script>"); // as words to read
    expect(all).not.toContain('"kind":"html"');
  });

  it("shows pictures that are served, and words for the others and for those in tables", () => {
    expect(inlines(blocks("![one](pictures/a.png) ![two](pictures/b.png)"))).toEqual([
      { kind: "picture", src: "/help/a.png", text: "one" },
      " ",
      "two",
    ]);
    expect(inlines(blocks("| a |\n| --- |\n| ![one](pictures/a.png) |"))).toEqual(["a", "one"]);
  });

  it("keeps code, lists and tables", () => {
    expect(blocks("    lr studio\n\n- a\n  - b\n\n| x | y |\n| - | - |\n| 1 | `2` |")).toEqual([
      { kind: "code", language: "", text: "lr studio" },
      {
        kind: "list",
        ordered: false,
        items: [[
          { kind: "paragraph", of: ["a"] },
          { kind: "list", ordered: false, items: [[{ kind: "paragraph", of: ["b"] }]] },
        ]],
      },
      { kind: "table", head: [["x"], ["y"]], rows: [[["1"], [{ kind: "code", text: "2" }]]] },
    ]);
  });
});

const { index, texts, missing } = readHelp();
const ids = new Map([...texts].map(([name, text]) => [name, new Set(text.blocks.flatMap((one) => (one.kind === "heading" ? [one.id] : [])))]));

describe("the docs as they are", () => {
  it("has all pages, each with a title", () => {
    expect(missing).toEqual([]);
    for (const { title, name } of index.pages) expect(title, name).not.toBe("");
  });

  it("leads to headings that are there", () => {
    const links = [...texts].flatMap(([name, text]) =>
      inlines(text.blocks).flatMap((part) => (typeof part !== "string" && part.kind === "link" && part.to.startsWith("/") ? [[name, part.to]] : [])),
    );
    expect(links.length).toBeGreaterThan(3);
    for (const [name, to] of links) {
      const [, page, heading] = /^\/help\/([\w-]+)(?:#(.+))?$/.exec(to!)!;
      expect(ids.has(page!), `${name}: ${to}`).toBe(true);
      if (heading) expect(ids.get(page!)!.has(heading), `${name}: ${to}`).toBe(true);
    }
  });
});

describe("the studio's panels", () => {
  it("lead to headings that are there", () => {
    const sources = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".tsx"))
      .map((path) => readFileSync(join(SOURCES, path), "utf8"));
    const links = sources.flatMap((text) => [
      ...[...text.matchAll(/\bhelp="([\w#-]+)"/g)].map(([, to]) => to!),
      ...[...text.matchAll(/<HelpLink to="([\w#-]+)"/g)].map(([, to]) => to!),
    ]);
    expect(links.length).toBeGreaterThan(5);
    for (const to of links) {
      const [page, heading] = to.split("#");
      expect(ids.has(page!), to).toBe(true);
      if (heading) expect(ids.get(page!)!.has(heading), to).toBe(true);
    }
  });
});

describe("the heading of an address", () => {
  it("is what its end says, and none where that is damaged", () => {
    expect(headingOf("#two%20words")).toBe("two words");
    expect(headingOf("")).toBe("");
    for (const damaged of ["#%E0%A4%A", "#%", "#100%"]) expect(headingOf(damaged), damaged).toBe("");
  });
});

describe("finding in the help", () => {
  it("finds pages before headings, by the begin of words", () => {
    expect(findHelp(index.pages, "the tex")[0]).toEqual({ to: "/help/texture", title: "The texture instrument", page: "" });
    const [found] = findHelp(index.pages, "studio build pages");
    expect(found).toEqual({ to: "/help/studio#building-the-pages", title: "Building the pages", page: "The studio" });
    expect(findHelp(index.pages, "  ")).toEqual([]);
    expect(findHelp(index.pages, "zzz")).toEqual([]);
  });
});
