/** What is gone leaves the focus near: a row that was deleted, a button that became another. */
import { useEffect } from "react";

const TAKES_IT = "button:not(:disabled), a[href], [tabindex='0']";

export function useFocusKept(): void {
  useEffect(() => {
    let last: Element | null = null;
    let around: Element[] = [];
    const remember = ({ target }: FocusEvent) => {
      if (!(target instanceof Element)) return;
      last = target;
      around = [];
      // Another page begins at its own top.
      for (let at = target.parentElement; at && at.id !== "page" && at !== document.body; at = at.parentElement) around.push(at);
    };
    const mend = () => {
      if (!last || last.isConnected) return;
      last = null;
      if (document.activeElement !== document.body) return;
      for (const each of around) {
        const near = each.isConnected ? each.querySelector<HTMLElement>(TAKES_IT) : null;
        if (near) return near.focus({ preventScroll: true });
      }
    };
    const watching = new MutationObserver(mend);
    watching.observe(document.body, { childList: true, subtree: true });
    addEventListener("focusin", remember);
    return () => {
      watching.disconnect();
      removeEventListener("focusin", remember);
    };
  }, []);
}
