/** To an instrument's page, and until it is there. */
import { usePlay } from "../play/store";
import { go } from "./address";
import { instrumentOf, pathOf } from "./addresses";

const LONGEST_MS = 20_000;

/** Throws where it does not open. */
export function arrive(instrument: string): Promise<void> {
  if (instrumentOf(location.pathname) !== instrument) go(pathOf(instrument));
  return new Promise((done, failed) => {
    const end = () => {
      clearTimeout(timer);
      unsubscribe();
    };
    const timer = setTimeout(() => {
      end();
      failed(new Error(`${instrument} did not open. Try again from its page.`));
    }, LONGEST_MS);
    const look = () => {
      if (usePlay.getState().details?.name !== instrument) return;
      end();
      done();
    };
    const unsubscribe = usePlay.subscribe(look);
    look();
  });
}
