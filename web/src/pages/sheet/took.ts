/** How long things took to load the last time, in this browser. */

const KEY = (what: string) => `took/${what}`;

export function remember(what: string, ms: number): void {
  try {
    localStorage.setItem(KEY(what), String(Math.round(ms)));
  } catch {
    // Without a store no time is told.
  }
}

export function recall(what: string): number | null {
  try {
    const kept = Number(localStorage.getItem(KEY(what)) ?? NaN);
    return Number.isFinite(kept) && kept > 0 ? kept : null;
  } catch {
    return null;
  }
}

/** "about 2 s" */
export function about(ms: number): string {
  return `about ${Math.max(1, Math.round(ms / 1000))} s`;
}
