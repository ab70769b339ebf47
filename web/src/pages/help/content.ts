/** A page of the docs as it is served: written by the build, drawn by the page; no HTML in between. */

export type Inline =
  | string
  | { kind: "strong" | "em"; of: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "break" }
  /** `to`: `/help/page#heading` of the studio, or an address elsewhere */
  | { kind: "link"; to: string; of: Inline[] }
  | { kind: "picture"; src: string; text: string };

export type Block =
  | { kind: "heading"; level: number; id: string; of: Inline[] }
  | { kind: "paragraph"; of: Inline[] }
  | { kind: "code"; language: string; text: string }
  | { kind: "list"; ordered: boolean; items: Block[][] }
  | { kind: "quote"; of: Block[] }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] }
  | { kind: "rule" };

export interface HelpText {
  title: string;
  blocks: Block[];
}

export interface HelpHeading {
  id: string;
  text: string;
  level: number;
}

export interface HelpEntry {
  name: string;
  title: string;
  group: string;
  headings: HelpHeading[];
}

/** `help/index.json`: all pages in their order. */
export interface HelpIndex {
  pages: HelpEntry[];
}
