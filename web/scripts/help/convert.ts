/** Markdown of the docs as blocks that the page draws. Raw HTML stays text. */
import { lexer, type Token, type Tokens } from "marked";
import type { Block, HelpText, Inline } from "../../src/pages/help/content.ts";

export interface Surroundings {
  /** names of the pages that are served */
  pages: ReadonlySet<string>;
  /** where a picture of the docs is served, or null where it is not */
  picture: (path: string) => string | null;
}

/** One page; `name` is its file's, without the ending. */
export function convert(markdown: string, name: string, around: Surroundings): HelpText {
  const writer = new Writer(name, around);
  const blocks = lexer(markdown).flatMap((token) => writer.block(token));
  const first = blocks.find((block) => block.kind === "heading");
  return { title: first ? plain(first.of) : name, blocks };
}

/** What is read, without how it looks. */
export function plain(parts: Inline[]): string {
  return parts
    .map((part) => {
      if (typeof part === "string") return part;
      if (part.kind === "code" || part.kind === "picture") return part.text;
      return part.kind === "break" ? " " : plain(part.of);
    })
    .join("");
}

/** A heading's name in an address, as GitHub makes it. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
}

class Writer {
  private readonly taken = new Map<string, number>();

  constructor(
    private readonly name: string,
    private readonly around: Surroundings,
  ) {}

  block(token: Token): Block[] {
    switch (token.type) {
      case "heading": {
        const of = this.inlines(token.tokens);
        return [{ kind: "heading", level: (token as Tokens.Heading).depth, id: this.id(plain(of)), of }];
      }
      case "paragraph":
      case "text":
        return [{ kind: "paragraph", of: token.tokens ? this.inlines(token.tokens) : [token.raw] }];
      case "html":
        return [{ kind: "paragraph", of: [token.raw.trim()] }];
      case "code": {
        const code = token as Tokens.Code;
        return [{ kind: "code", language: code.lang ?? "", text: code.text }];
      }
      case "list": {
        const list = token as Tokens.List;
        const items = list.items.map(({ tokens }) => tokens.flatMap((each) => this.block(each)));
        return [{ kind: "list", ordered: list.ordered, items }];
      }
      case "blockquote":
        return [{ kind: "quote", of: (token.tokens ?? []).flatMap((each) => this.block(each)) }];
      case "table": {
        const table = token as Tokens.Table;
        const cell = ({ tokens }: Tokens.TableCell) => this.inlines(tokens, false);
        return [{ kind: "table", head: table.header.map(cell), rows: table.rows.map((row) => row.map(cell)) }];
      }
      case "hr":
        return [{ kind: "rule" }];
      default:
        return [];
    }
  }

  /** @param pictures whether they are shown; else their words stand for them, as in a table of many. */
  private inlines(tokens: Token[] = [], pictures = true): Inline[] {
    return tokens.flatMap((token): Inline[] => {
      switch (token.type) {
        case "strong":
        case "em":
          return [{ kind: token.type, of: this.inlines(token.tokens, pictures) }];
        case "codespan":
          return this.code((token as Tokens.Codespan).text);
        case "br":
          return [{ kind: "break" }];
        case "link":
          return this.link((token as Tokens.Link).href, this.inlines(token.tokens, pictures));
        case "image": {
          const { href, text } = token as Tokens.Image;
          const src = pictures ? this.around.picture(href) : null;
          return src ? [{ kind: "picture", src, text }] : [text];
        }
        case "escape":
          return [(token as Tokens.Escape).text];
        case "text":
          return token.tokens ? this.inlines(token.tokens, pictures) : [lines((token as Tokens.Text).text)];
        default:
          return [lines(token.raw)];
      }
    });
  }

  /** `docs/recipes.md` leads there, where that page is served. */
  private code(text: string): Inline[] {
    const name = /^docs\/([\w-]+)\.md$/.exec(text)?.[1] ?? "";
    const code: Inline = { kind: "code", text };
    return this.around.pages.has(name) ? [{ kind: "link", to: `/help/${name}`, of: [code] }] : [code];
  }

  /** To a page that is served, to elsewhere in the net, or the words alone. */
  private link(href: string, of: Inline[]): Inline[] {
    if (/^https?:\/\//.test(href)) return [{ kind: "link", to: href, of }];
    const [, page, heading] = /^(?:\.\/)?(?:([\w-]+)\.md)?(#.+)?$/.exec(href) ?? [];
    const to = page ?? (heading ? this.name : "");
    return this.around.pages.has(to) ? [{ kind: "link", to: `/help/${to}${heading ?? ""}`, of }] : of;
  }

  private id(text: string): string {
    const found = slug(text);
    const count = this.taken.get(found) ?? 0;
    this.taken.set(found, count + 1);
    return count === 0 ? found : `${found}-${count}`;
  }
}

const lines = (text: string) => text.replaceAll("\n", " ");
