/** The key by which a page comes back into a studio that was started again. Cookies are new at each
 * start, and shown to every port of the machine; this tab's storage belongs to this port alone. */
import { createStore } from "zustand/vanilla";

const KEPT = "entry";
const GUEST = "guest";
const UNKNOWN = 401;

/** `guest`: known from the last visit of this tab, until the server has told; `away`: a part of the page waits for an answer. */
export const entry = createStore(() => ({ guest: globalThis.sessionStorage?.getItem(GUEST) === "true", away: false }));

/** Whether the page is in a room, where one plays and nothing else. */
export const isGuest = (): boolean => entry.getState().guest;

/** Of pages, tabs and actions, those that who is here may use. */
export const allowed = <T extends { owner?: boolean }>(all: readonly T[], guest: boolean): T[] => all.filter(({ owner }) => !(owner && guest));

/** Whether the studio knows this page; null where it does not answer. */
export async function enter(): Promise<boolean | null> {
  try {
    const key = sessionStorage.getItem(KEPT);
    const answer = await fetch("/api/entry", { method: "POST", credentials: "same-origin", headers: key ? { "X-Entry-Key": key } : {} });
    if (!answer.ok) return answer.status === UNKNOWN ? false : null;
    const { key: next, guest } = (await answer.json()) as { key: string; guest: boolean };
    sessionStorage.setItem(KEPT, next);
    sessionStorage.setItem(GUEST, String(guest));
    entry.setState({ guest });
    return true;
  } catch {
    return null;
  }
}
