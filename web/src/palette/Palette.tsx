import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { pressed } from "../app/pressed";
import { FIND } from "../app/shortcuts";
import { Dialog } from "../kit/Dialog";
import { Icon } from "../kit/Icon";
import { usePlay } from "../play/store";
import { findEntries, type Shown } from "./entries";
import { useEntries } from "./useEntries";
import "./palette.css";

/** One field that reaches everything. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const [asked, setAsked] = useState("");
  const [onlyHere, setOnlyHere] = useState(false);
  /** the chosen line; the list may grow around it */
  const [key, setKey] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const here = usePlay((state) => state.details?.title);
  const entries = useEntries(asked);
  const groups = useMemo(() => findEntries(entries, asked, onlyHere), [entries, asked, onlyHere]);
  const flat = groups.flatMap(([, shown]) => shown);
  const chosen = Math.max(0, flat.findIndex((entry) => entry.key === key));

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen, groups]);

  const ask = (next: string) => {
    setAsked(next);
    setKey(null);
  };
  const run = (entry: Shown | undefined) => {
    if (!entry) return;
    const next = entry.act();
    if (typeof next === "string") ask(next);
    else onClose();
  };
  const press = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6 };
    const by = steps[event.key];
    if (by !== undefined && flat.length > 0) {
      const next = chosen + by;
      const to = Math.abs(by) === 1 ? (next + flat.length) % flat.length : Math.min(flat.length - 1, Math.max(0, next));
      setKey(flat[to]!.key);
    } else if (event.key === "Enter") run(flat[chosen]);
    else if (event.key === "Tab" && !event.shiftKey && here) setOnlyHere(!onlyHere);
    else if (pressed(event.nativeEvent) === FIND) onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  let count = 0;
  return (
    <Dialog title="Find anything" bare className="palette" onClose={onClose}>
      <div className="palette-ask">
        <Icon sign="search" size={20} />
        {onlyHere && <span className="badge">{here}</span>}
        <input
          // The dialog's only field, and why it was opened.
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          role="combobox"
          aria-label="Find anything"
          aria-expanded={flat.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={flat[chosen] ? `${id}-${chosen}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder="A control, a preset, a place, a page…"
          value={asked}
          onChange={(event) => ask(event.target.value)}
          onKeyDown={press}
        />
        <button type="button" className="palette-close" aria-label="Close" onClick={onClose}>
          <kbd>Esc</kbd>
        </button>
      </div>
      <div className="palette-list" id={`${id}-list`} role="listbox" aria-label="Found" ref={list}>
        {groups.map(([group, shown]) => (
          <div key={group} role="group" aria-label={group}>
            <p className="palette-group" aria-hidden="true">
              {group}
            </p>
            {shown.map((entry) => {
              const k = count++;
              return <Line key={entry.key} id={`${id}-${k}`} entry={entry} chosen={k === chosen} onChoose={() => run(entry)} onPoint={() => setKey(entry.key)} />;
            })}
          </div>
        ))}
      </div>
      {flat.length === 0 && (
        <p className="palette-none" role="status">
          Nothing is called “{asked.trim()}”{onlyHere ? ` in ${here}. Tab looks everywhere.` : ". Try another word, such as bright, rain or record."}
        </p>
      )}
      <p className="palette-foot">
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> choose
        </span>
        <span>
          <kbd>Enter</kbd> do
        </span>
        {here && (
          <span>
            <kbd>Tab</kbd> {onlyHere ? "everything again" : "into this instrument only"}
          </span>
        )}
      </p>
    </Dialog>
  );
}

interface LineProps {
  id: string;
  entry: Shown;
  chosen: boolean;
  onChoose: () => void;
  onPoint: () => void;
}

function Line({ id, entry, chosen, onChoose, onPoint }: LineProps) {
  return (
    // The field has the keys; the pointer chooses here.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div id={id} role="option" aria-selected={chosen} className="palette-line" onPointerMove={onPoint} onClick={onChoose}>
      <Icon sign={entry.sign} />
      <span className="palette-title">
        <Hits text={entry.title} hits={entry.hits} />
      </span>
      {entry.note && <span className="palette-note">{entry.note}</span>}
      {entry.hint && <span className="palette-hint">{entry.hint}</span>}
    </div>
  );
}

/** The letters that were found are set off. */
function Hits({ text, hits }: { text: string; hits: readonly number[] }) {
  if (hits.length === 0) return text;
  const found = new Set(hits);
  const parts: { text: string; hit: boolean }[] = [];
  for (const [at, letter] of [...text].entries()) {
    const hit = found.has(at);
    const last = parts.at(-1);
    if (last?.hit === hit) last.text += letter;
    else parts.push({ text: letter, hit });
  }
  return parts.map((part, k) => (part.hit ? <mark key={k}>{part.text}</mark> : part.text));
}
