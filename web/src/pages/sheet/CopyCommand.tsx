import { useRef, useState, type ReactNode } from "react";

const SHOWN_MS = 2000;

/** A command for the terminal, with a button that takes it along; `children` stand beside that. */
export function CopyCommand({ command, children }: { command: string; children?: ReactNode }) {
  const text = useRef<HTMLElement>(null);
  const [said, setSaid] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(command);
      setSaid("Copied");
    } catch {
      // A browser that does not give its clipboard: the words are selected instead.
      if (text.current) getSelection()?.selectAllChildren(text.current);
      setSaid("Selected: press Ctrl C");
    }
    setTimeout(() => setSaid(""), SHOWN_MS);
  };
  return (
    <div className="sheet-command">
      {command && <code ref={text}>{command}</code>}
      <div className="row">
        {command && (
          <button type="button" className="button" onClick={() => void copy()}>
            Copy
          </button>
        )}
        {children}
        <span className="soft small" role="status">
          {said}
        </span>
      </div>
    </div>
  );
}
