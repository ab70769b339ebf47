/** What the pointer rests on is heard softly, until it goes on. */
import { useCallback, useEffect, useRef, useState } from "react";
import { preview } from "../play/edit";
import { soften } from "../play/sound";
import { usePlay } from "../play/store";

const KEY = "map/hover";
const REST_MS = 90;
const LEAVE_MS = 160;

/** As the player last set it; where motion is reduced nothing sounds without being asked to. */
function kept(): boolean {
  const found = localStorage.getItem(KEY);
  return found === null ? !matchMedia("(prefers-reduced-motion: reduce)").matches : found === "on";
}

export interface Hover {
  hears: boolean;
  setHears: (on: boolean) => void;
  /** the pointer is on a place; null: on none */
  pass: (name: string | null) => void;
  /** what is set is heard again, at once */
  end: () => void;
}

/** @param onHear a place begins to be heard in passing. */
export function useHover(onHear?: () => void): Hover {
  const [hears, setHears] = useState(kept);
  const heard = useRef<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const told = useRef(onHear);
  useEffect(() => {
    told.current = onHear;
  });
  const hear = useCallback((name: string | null) => {
    clearTimeout(timer.current);
    if (name === heard.current) return;
    heard.current = name;
    soften(name !== null);
    preview(name === null ? null : { w: null, weights: { [name]: 1 } });
    if (name !== null) told.current?.();
  }, []);
  const pass = useCallback(
    (name: string | null) => {
      clearTimeout(timer.current);
      if (name === heard.current) return;
      if (name !== null && (!hears || usePlay.getState().status !== "playing")) return;
      timer.current = setTimeout(() => hear(name), name === null ? LEAVE_MS : REST_MS);
    },
    [hears, hear],
  );
  const end = useCallback(() => hear(null), [hear]);
  // A page that is left while the pointer is on a place.
  useEffect(() => end, [end]);
  return {
    hears,
    setHears: (on) => {
      localStorage.setItem(KEY, on ? "on" : "off");
      setHears(on);
      if (!on) end();
    },
    pass,
    end,
  };
}
