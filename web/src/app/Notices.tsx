import { useEffect } from "react";
import { Icon } from "../kit/Icon";
import { forgetNote, usePlay } from "../play/store";

const SHOWN_MS = 7000;

export function Notices() {
  const notes = usePlay((state) => state.notes);
  const first = notes[0]?.id;
  useEffect(() => {
    if (first === undefined) return;
    const timer = setTimeout(() => forgetNote(first), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [first]);
  return (
    <div className="notices" role="status" aria-live="polite">
      {notes.map((note) => (
        <div key={note.id} className={`notice ${note.level}`}>
          <p>{note.text}</p>
          <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => forgetNote(note.id)}>
            <Icon sign="close" size={15} />
          </button>
        </div>
      ))}
    </div>
  );
}
