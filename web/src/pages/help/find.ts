/** Finds pages and headings by words. */
import type { HelpEntry } from "./content";

export interface Found {
  to: string;
  title: string;
  /** of the page, where a heading was found */
  page: string;
}

const MOST = 30;

/** All words of `asked` begin words of what is found; pages come before headings. */
export function findHelp(pages: HelpEntry[], asked: string): Found[] {
  const words = split(asked);
  if (words.length === 0) return [];
  const fits = (text: string) => {
    const there = split(text);
    return words.every((word) => there.some((one) => one.startsWith(word)));
  };
  const titles = pages.filter(({ title }) => fits(title)).map(({ name, title }) => ({ to: `/help/${name}`, title, page: "" }));
  const headings = pages.flatMap(({ name, title, headings: all }) =>
    all
      // The page's own title counts too: "studio jobs" finds Jobs of the studio.
      .filter(({ text }) => fits(`${title} ${text}`) && !fits(title))
      .map(({ id, text }) => ({ to: `/help/${name}#${id}`, title: text, page: title })),
  );
  return [...titles, ...headings].slice(0, MOST);
}

function split(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
