/** Undo and redo over values that are never changed in place. */

const MOST = 100;

export interface History<T> {
  before: T[];
  after: T[];
}

export const nothing = <T>(): History<T> => ({ before: [], after: [] });

/** `old` was in force until now. */
export function remember<T>(history: History<T>, old: T): History<T> {
  return { before: [...history.before, old].slice(-MOST), after: [] };
}

export function undo<T>(history: History<T>, now: T): [History<T>, T] | null {
  const old = history.before.at(-1);
  if (old === undefined) return null;
  return [{ before: history.before.slice(0, -1), after: [now, ...history.after] }, old];
}

export function redo<T>(history: History<T>, now: T): [History<T>, T] | null {
  const next = history.after[0];
  if (next === undefined) return null;
  return [{ before: [...history.before, now], after: history.after.slice(1) }, next];
}

/** The same steps, each as `change` makes it. */
export function changed<T>({ before, after }: History<T>, change: (one: T) => T): History<T> {
  return { before: before.map(change), after: after.map(change) };
}
