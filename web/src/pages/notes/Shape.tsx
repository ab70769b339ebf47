import { useState } from "react";
import type { ControlCard } from "../../generated/api";
import { Controls } from "../../panels/Controls";

/** As a player looks for them; what a model has beside them comes after. */
const ORDER = ["brightness", "modulation", "glide_seconds", "reverb", "distortion", "release_noise", "tilt_db", "gain_db", "pan", "volume", "expression", "sustain"];
const SHOWN = 5;
const BY_GESTURE = ["play_key", "play_level", "bend"];

/** The first few controls, and all others on demand. */
export function Shape({ cards }: { cards: ControlCard[] }) {
  const [open, setOpen] = useState(false);
  const rank = ({ name }: ControlCard) => {
    if (BY_GESTURE.includes(name)) return ORDER.length + 1 + BY_GESTURE.indexOf(name);
    const at = ORDER.indexOf(name);
    return at < 0 ? ORDER.length : at;
  };
  const sorted = [...cards].sort((a, b) => rank(a) - rank(b));
  return (
    <Controls title="Shape" cards={open ? sorted : sorted.slice(0, SHOWN)} help="notes#live">
      {sorted.length > SHOWN && (
        <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Fewer controls" : "More controls"}
        </button>
      )}
    </Controls>
  );
}
