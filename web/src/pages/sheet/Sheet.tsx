import { useId, type ReactNode } from "react";
import { HelpLink } from "../help/HelpLink";
import "./sheet.css";

interface SheetProps {
  title: string;
  /** one sentence under it */
  line: string;
  /** where the docs tell of it, such as `studio#jobs` */
  help?: string;
  /** beside the work area; below it where there is no room */
  rail?: ReactNode;
  children: ReactNode;
}

/** A page that is read and filled in: one column of sections between hairlines, and a rail. */
export function Sheet({ title, line, help, rail, children }: SheetProps) {
  return (
    <div className={rail ? "sheet railed" : "sheet"}>
      <div className="sheet-main">
        <header className="sheet-head">
          <h1>{title}</h1>
          {help && <HelpLink to={help} about={title} />}
          <p className="soft">{line}</p>
        </header>
        {children}
      </div>
      {rail && <div className="sheet-rail">{rail}</div>}
    </div>
  );
}

interface SectionProps {
  title: string;
  line?: string;
  help?: string;
  /** at the right of the title */
  action?: ReactNode;
  busy?: boolean;
  children: ReactNode;
}

export function Section({ title, line, help, action, busy, children }: SectionProps) {
  const id = useId();
  return (
    <section className="sheet-section" aria-labelledby={id} aria-busy={busy}>
      <div className="sheet-title">
        <h2 id={id}>{title}</h2>
        {help && <HelpLink to={help} about={title} />}
        {action && <div className="sheet-action">{action}</div>}
      </div>
      {line && <p className="soft">{line}</p>}
      {children}
    </section>
  );
}

/** Names and values, one to a line. */
export function Facts({ rows }: { rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="sheet-facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
