import { useEffect, useRef } from "react";

/** What came after its popover had opened takes the focus itself; elsewhere it takes none. */
export function useFirstFocus() {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (field.current?.closest("[popover]")) field.current.focus();
  }, []);
  return field;
}
