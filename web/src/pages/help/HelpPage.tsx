import { useEffect, useRef, useState } from "react";
import { useHash, usePath } from "../../app/address";
import { Link } from "../../app/Link";
import { useNarrow } from "../../app/useNarrow";
import { Loading } from "../sheet/Loading";
import { Blocks } from "./Blocks";
import type { HelpEntry } from "./content";
import { findHelp } from "./find";
import { useHelpIndex, useHelpText } from "./useHelp";
import "../sheet/sheet.css";
import "./help.css";

const FIRST = "studio";

/** The docs, served by the studio: no network is needed. */
export default function HelpPage() {
  const path = usePath();
  const narrow = useNarrow();
  const name = path.split("/")[2] || FIRST;
  const index = useHelpIndex();
  const [asked, setAsked] = useState("");
  return (
    <div className="sheet help">
      <nav className="help-list" aria-label="Help pages">
        <h1>Help</h1>
        <input
          type="search"
          placeholder="Find in the help"
          aria-label="Find in the help"
          autoComplete="off"
          value={asked}
          onChange={(event) => setAsked(event.target.value)}
        />
        {index.error && <p role="alert">{index.error.message}</p>}
        {index.data &&
          (asked.trim() ? (
            <Results pages={index.data.pages} asked={asked} />
          ) : narrow && path !== "/help" ? (
            // On a phone the page that was asked for comes before the list.
            <details key={name}>
              <summary>All pages</summary>
              <Contents pages={index.data.pages} name={name} />
            </details>
          ) : (
            <Contents pages={index.data.pages} name={name} />
          ))}
      </nav>
      {index.data && !index.data.pages.some((page) => page.name === name) ? (
        <p role="alert" className="help-text">
          There is no help page &quot;{name}&quot;. Choose one from the list.
        </p>
      ) : (
        index.data && <Article key={name} name={name} />
      )}
    </div>
  );
}

function Contents({ pages, name }: { pages: HelpEntry[]; name: string }) {
  const groups = [...new Set(pages.map(({ group }) => group))];
  return groups.map((group) => (
    <div key={group} className="help-group">
      <h2>{group}</h2>
      <ul>
        {pages
          .filter((page) => page.group === group)
          .map((page) => (
            <li key={page.name}>
              <Link href={`/help/${page.name}`} aria-current={page.name === name ? "page" : undefined}>
                {page.title}
              </Link>
            </li>
          ))}
      </ul>
    </div>
  ));
}

function Results({ pages, asked }: { pages: HelpEntry[]; asked: string }) {
  const found = findHelp(pages, asked);
  return (
    <div className="help-group">
      <h2 role="status">{found.length === 0 ? "Nothing found: try another word" : `${found.length} found`}</h2>
      <ul>
        {found.map(({ to, title, page }) => (
          <li key={to}>
            <Link href={to}>
              {title}
              {page && <span className="soft small"> {page}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Article({ name }: { name: string }) {
  const text = useHelpText(name);
  const hash = useHash();
  const article = useRef<HTMLElement>(null);
  const there = text.data !== undefined;
  useEffect(() => {
    if (!there) return;
    const heading = hash ? document.getElementById(hash) : null;
    if (heading) {
      heading.scrollIntoView();
      heading.focus({ preventScroll: true });
    } else {
      article.current?.scrollTo(0, 0);
    }
  }, [there, hash]);
  return (
    // A long text is scrolled by keys too.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <article className="help-text" ref={article} tabIndex={0} aria-label={text.data?.title ?? name}>
      {text.error && <p role="alert">{text.error.message}</p>}
      {text.isPending && <Loading what="this page" />}
      {text.data && <Blocks of={text.data.blocks} />}
    </article>
  );
}
