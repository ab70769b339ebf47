import { useEffect, useState } from "react";
import type { Patch } from "../generated/wire";
import { usePlay } from "../play/store";
import type { Hint, Minute } from "./hints";

const LOOK_MS = 250;

const setByHand = (patch: Patch | null) => JSON.stringify([patch?.controls, patch?.place]);
const movers = (patch: Patch | null) => JSON.stringify(patch?.moves);

/** How far the first minute of play is, and what was done in it. */
export function useMinute(): [Minute, (hint: Hint) => void] {
  const [seconds, setSeconds] = useState(0);
  const [dragged, setDragged] = useState(false);
  const [moved, setMoved] = useState(false);
  const [kept, setKept] = useState(false);
  const [closed, setClosed] = useState<readonly Hint[]>([]);
  useEffect(() => {
    let began: { controls: string; moves: string; presets: string | undefined } | null = null;
    const look = () => {
      const { patch, preset, playingSince } = usePlay.getState();
      const at = playingSince === null ? 0 : (performance.now() - playingSince) / 1000;
      setSeconds((before) => Math.max(before, at));
      // What the page itself sets while it opens is nobody's hand.
      if (at < 2 || patch === null) return;
      const now = { controls: setByHand(patch), moves: movers(patch), presets: preset?.id };
      if (!began || began.presets !== now.presets) began = now;
      if (began.controls !== now.controls) setDragged(true);
      if (began.moves !== now.moves) setMoved(true);
    };
    const heart = (event: Event) => {
      if (event.target instanceof Element && event.target.closest(".heart")) setKept(true);
    };
    const timer = setInterval(look, LOOK_MS);
    addEventListener("click", heart, true);
    return () => {
      clearInterval(timer);
      removeEventListener("click", heart, true);
    };
  }, []);
  return [{ seconds, dragged, moved, kept, closed }, (hint) => setClosed((before) => [...before, hint])];
}
