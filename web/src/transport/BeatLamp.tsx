import { useEffect, useState } from "react";
import { tempoNow, usePlay } from "../play/store";
import { beatAt } from "./beat";

const LIT_MS = 120;

/** Lights up on each beat. */
export function BeatLamp() {
  const told = usePlay((state) => state.beat);
  const tempo = usePlay((state) => tempoNow(state) ?? 120);
  const [lit, setLit] = useState(false);
  useEffect(() => {
    if (!told) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      const beat = beatAt(told, tempo, performance.now());
      const since = ((beat - Math.floor(beat)) * 60_000) / tempo;
      const on = since < LIT_MS;
      setLit(on);
      timer = setTimeout(look, Math.max(15, on ? LIT_MS - since : 60_000 / tempo - since));
    };
    look();
    return () => clearTimeout(timer);
  }, [told, tempo]);
  return <i className="beat-lamp" data-lit={told !== null && lit} aria-hidden="true" />;
}
