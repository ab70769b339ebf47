import { createContext } from "react";

/** How a control says what it did not take: whoever shows controls provides it. `about`: a later word of the same takes its place. */
export const Tell = createContext<(words: string, about: string) => void>(() => undefined);
