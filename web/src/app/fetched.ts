/** What is fetched late has to outlive a studio that is away, is started again, or is another version by then. */
import { enter, entry } from "./entry";

const AGAIN_MS = 1000;
const TRIES = 3;
const RELOADED = "reloaded";
/** a page that was loaded anew so lately is not what is wrong */
const LATELY_MS = 60_000;

export interface Means {
  /** whether somebody answers */
  answers: () => Promise<boolean>;
  pause: () => Promise<void>;
  /** style sheets that did not arrive are asked for again: the bundler asks for each once */
  restyle: () => Promise<void>;
  /** loads the page anew; false where that was tried just now */
  reload: () => boolean;
}

/** A module, as soon as the studio gives it. Where it answers and has none, the page is of another version: it is loaded anew. */
export async function fetched<T>(load: () => Promise<T>, means: Means = ofThePage): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await load();
    } catch (error) {
      do await means.pause();
      while (!(await means.answers()));
      if (tries === TRIES) {
        if (!means.reload()) throw error;
        return new Promise<never>(() => undefined);
      }
      await means.restyle();
    }
  }
}

/** Chromium gives an empty sheet for one that did not arrive, whose rules nobody may read. */
function hasArrived(sheet: CSSStyleSheet | null): boolean {
  try {
    return Boolean(sheet?.cssRules);
  } catch {
    return false;
  }
}

const ofThePage: Means = {
  async answers() {
    const away = (await enter()) === null;
    entry.setState({ away });
    return !away;
  },
  pause: () => new Promise((done) => setTimeout(done, AGAIN_MS)),
  async restyle() {
    const sheets = document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]');
    const again = [...sheets].filter(({ sheet }) => !hasArrived(sheet)).map((old) => {
      const link = old.cloneNode() as HTMLLinkElement;
      return new Promise<void>((done) => {
        link.onload = link.onerror = () => done();
        old.replaceWith(link);
      });
    });
    await Promise.all(again);
  },
  reload() {
    const now = Date.now();
    if (now - Number(sessionStorage.getItem(RELOADED) ?? 0) < LATELY_MS) return false;
    sessionStorage.setItem(RELOADED, String(now));
    location.reload();
    return true;
  },
};
