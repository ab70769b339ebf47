import { useEffect, useRef, type ReactNode } from "react";
import { Icon } from "./Icon";

interface Props {
  title: string;
  onClose: () => void;
  /** its head is not shown: the content has one */
  bare?: boolean;
  className?: string;
  children: ReactNode;
}

/** The browser's own dialog: focus stays in it, Escape or a press beside it closes it. */
export function Dialog({ title, onClose, bare = false, className = "", children }: Props) {
  const sheet = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = sheet.current;
    const before = document.activeElement;
    shown?.showModal();
    return () => {
      shown?.close();
      // Taken away while it was open it gives the focus back to nobody.
      if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    // Escape does for the keys what a press beside the dialog does for the pointer.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <dialog
      ref={sheet}
      className={`dialog ${className}`}
      aria-label={title}
      // The browser tells of the close a moment later: the same keys would find it open still.
      onCancel={(event) => event.target === sheet.current && onClose()}
      onClose={onClose}
      onClick={(event) => event.target === sheet.current && onClose()}
    >
      {!bare && (
        <header className="dialog-head">
          <h2>{title}</h2>
          <button type="button" className="icon-button" onClick={onClose} aria-label={`Close ${title}`}>
            <Icon sign="close" />
          </button>
        </header>
      )}
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}
