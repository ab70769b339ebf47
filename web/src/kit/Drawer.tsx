import { useEffect, useRef, type ReactNode } from "react";

interface Props {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** A sheet at the side, by the browser's own dialog: focus stays in it, Escape closes it. */
export function Drawer({ title, open, onClose, children }: Props) {
  const sheet = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = sheet.current;
    if (!shown) return;
    if (open && !shown.open) shown.showModal();
    if (!open && shown.open) shown.close();
  }, [open]);
  return (
    <dialog ref={sheet} className="drawer" aria-label={title} onClose={onClose}>
      <header className="drawer-head">
        <h2>{title}</h2>
        <button type="button" className="quiet" onClick={onClose} aria-label={`Close ${title}`}>
          ✕
        </button>
      </header>
      {open && <div className="drawer-body">{children}</div>}
    </dialog>
  );
}
