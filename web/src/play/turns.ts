/** Whole patches go to the server one after another: quick steps back do not overtake each other. */
let last: Promise<unknown> = Promise.resolve();
let under = 0;

/** `act`, after all that was begun before it has ended, well or not. */
export function inTurn<T>(act: () => Promise<T>): Promise<T> {
  under++;
  const done = last.then(act, act).finally(() => under--);
  last = done.catch(() => undefined);
  return done;
}

/** Whether what the server says of the patch is already behind. */
export const isBehind = (): boolean => under > 0;
