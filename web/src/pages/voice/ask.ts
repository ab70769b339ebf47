/** What the pictures are asked for; kept in this browser. */
import { create } from "zustand";
import { readAsk, type Ask } from "./read-ask";

const KEY = "voice/ask";

export const useAsk = create<Ask>(() => readAsk(localStorage.getItem(KEY)));

useAsk.subscribe((ask) => localStorage.setItem(KEY, JSON.stringify(ask)));
