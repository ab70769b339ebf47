import { useId, useRef, useState, type DragEvent, type ReactNode } from "react";
import { kindOf, oneAtATime, type FileKind } from "./files";

interface Props {
  /** of the zone and of its button, for those who do not see it */
  label: string;
  /** such as `.wav,.flac` */
  accept: string;
  /** the file that is there already */
  chosen?: string | null;
  button?: string;
  busy?: boolean;
  onFile: (file: File) => void;
  children?: ReactNode;
}

/** Of these a window's own drop knows what to do. */
const ELSEWHERE: (FileKind | null)[] = ["set", "model", "network"];

/** A file is dropped here, or chosen with the button. */
export function FileDrop({ label, accept, chosen, button, busy = false, onFile, children }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [alone, setAlone] = useState<string | null>(null);
  const hint = useId();
  const take = (file: File | undefined) => {
    if (file && !busy) onFile(file);
  };
  const drop = (event: DragEvent) => {
    setOver(false);
    const file = event.dataTransfer.files[0];
    // It goes on to the window, which opens it wherever it falls.
    if (file && ELSEWHERE.includes(kindOf(file))) return;
    event.preventDefault();
    setAlone(file && event.dataTransfer.files.length > 1 ? file.name : null);
    take(file);
  };
  return (
    <div
      className={over ? "file-drop over" : "file-drop"}
      role="group"
      aria-label={label}
      aria-busy={busy}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <span id={hint} className={chosen ? "file-name" : "soft small"}>
        {chosen || children || "Drop a file here, or"}
      </span>
      <button type="button" className="button" disabled={busy} aria-describedby={hint} onClick={() => input.current?.click()}>
        {button ?? (chosen ? "Another file" : "Choose a file")}
      </button>
      {alone && (
        <span role="status" className="soft small">
          {oneAtATime(alone)}
        </span>
      )}
      <input
        ref={input}
        type="file"
        accept={accept}
        hidden
        aria-label={label}
        onChange={(event) => {
          setAlone(null);
          take(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </div>
  );
}
