import { useStore } from "zustand";
import { entry } from "./entry";

/** Whether the page is in a room; apart from `entry`, which also runs where React does not. */
export const useGuest = (): boolean => useStore(entry, ({ guest }) => guest);
