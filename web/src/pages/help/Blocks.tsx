import { Fragment } from "react";
import { Link } from "../../app/Link";
import type { Block, Inline } from "./content";

/** The blocks of a page, drawn; no HTML of anybody's is put into the page. */
export function Blocks({ of }: { of: Block[] }) {
  return of.map((block, k) => <Drawn key={k} block={block} />);
}

function Drawn({ block }: { block: Block }) {
  switch (block.kind) {
    case "heading": {
      // The first heading of the page around it is its own.
      const Heading = `h${Math.min(block.level + 1, 6)}` as "h2";
      return (
        <Heading id={block.id} tabIndex={-1}>
          <Inlines of={block.of} />
        </Heading>
      );
    }
    case "paragraph":
      return (
        <p>
          <Inlines of={block.of} />
        </p>
      );
    case "code":
      return (
        // Long lines are scrolled by keys too.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre tabIndex={0} role="group" aria-label={block.language ? `Code, ${block.language}` : "Code"}>
          <code>{block.text}</code>
        </pre>
      );
    case "list": {
      const List = block.ordered ? "ol" : "ul";
      return (
        <List>
          {block.items.map((item, k) => (
            <li key={k}>
              <Item of={item} />
            </li>
          ))}
        </List>
      );
    }
    case "quote":
      return (
        <blockquote>
          <Blocks of={block.of} />
        </blockquote>
      );
    case "table":
      return <Table head={block.head} rows={block.rows} />;
    case "rule":
      return <hr />;
  }
}

/** A list's entry of one paragraph is no paragraph. */
function Item({ of }: { of: Block[] }) {
  const [first, ...rest] = of;
  if (first?.kind !== "paragraph") return <Blocks of={of} />;
  return (
    <>
      <Inlines of={first.of} />
      <Blocks of={rest} />
    </>
  );
}

function Table({ head, rows }: { head: Inline[][]; rows: Inline[][][] }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="help-table" tabIndex={0} role="group" aria-label="Table">
      <table>
        <thead>
          <tr>
            {head.map((cell, k) =>
              cell.length > 0 ? (
                <th key={k} scope="col">
                  <Inlines of={cell} />
                </th>
              ) : (
                <td key={k} />
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, k) => (
            <tr key={k}>
              {row.map((cell, n) => (
                <td key={n}>
                  <Inlines of={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Inlines({ of }: { of: Inline[] }) {
  return of.map((part, k) => <Fragment key={k}>{drawn(part)}</Fragment>);
}

function drawn(part: Inline) {
  if (typeof part === "string") return part;
  switch (part.kind) {
    case "code":
      return <code>{part.text}</code>;
    case "break":
      return <br />;
    case "picture":
      return <img src={part.src} alt={part.text} loading="lazy" />;
    case "strong":
      return (
        <strong>
          <Inlines of={part.of} />
        </strong>
      );
    case "em":
      return (
        <em>
          <Inlines of={part.of} />
        </em>
      );
    case "link":
      return part.to.startsWith("/") ? (
        <Link href={part.to}>
          <Inlines of={part.of} />
        </Link>
      ) : (
        <a href={part.to} target="_blank" rel="noreferrer">
          <Inlines of={part.of} />
        </a>
      );
  }
}
