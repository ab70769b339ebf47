import { useEffect } from "react";
import { useOverlay } from "../app/overlay";
import { Icon } from "../kit/Icon";
import { beside, useBox, type Box } from "../kit/useBox";
import { seen } from "../tour/steps";
import { hintAt, hintsSeen, type Hint } from "./hints";
import { useMinute } from "./useMinute";
import "./hints.css";

/** A page marks what is dragged first by `data-hint`. */
const FIND: Record<Hint, () => HTMLElement | null> = {
  drag: () => seen("#page [data-hint]") ?? seen("#page .control-cap"),
  lfo: () => seen("#page .control-add"),
  heart: () => seen(".heart"),
};

function wordsOf(hint: Hint): string {
  if (hint === "drag") return "Drag me";
  if (hint === "heart") return "Like it? Press the heart.";
  const name = FIND.lfo()?.closest(".control")?.querySelector(".control-name")?.textContent;
  return `Give ${name ?? "a control"} an LFO`;
}

/** The hints of the first minute, one at a time, each beside what it is about. */
export default function Hints({ onOver }: { onOver: () => void }) {
  const [minute, close] = useMinute();
  const covered = useOverlay(({ shown, stage }) => shown !== null || stage);
  const hint = hintAt(minute);
  useEffect(() => {
    if (hint !== "over") return;
    hintsSeen();
    onOver();
  }, [hint, onOver]);
  if (hint === null || hint === "over" || covered) return null;
  return <Bubble key={hint} hint={hint} onClose={() => close(hint)} />;
}

const WIDTH = 216;
const HEIGHT = 44;
const GAP = 16;

function Bubble({ hint, onClose }: { hint: Hint; onClose: () => void }) {
  const box = useBox(FIND[hint]);
  if (!box) return null;
  return (
    <div className="hint" role="status" style={{ ...placeOf(hint, box), width: WIDTH }}>
      <span>{wordsOf(hint)}</span>
      <button type="button" className="icon-button" aria-label="Close this hint" onClick={onClose}>
        <Icon sign="close" size={15} />
      </button>
    </div>
  );
}

/** Beside a control at its left, so that it and what is below it stay free; the heart has room below. */
function placeOf(hint: Hint, box: Box): { left: number; top: number } {
  const control = hint === "heart" ? null : FIND[hint]()?.closest(".control")?.getBoundingClientRect();
  const left = (control ?? box).left - WIDTH - GAP;
  if (hint === "heart" || left < GAP) return beside(box, WIDTH, HEIGHT);
  return { left, top: box.top + box.height / 2 - HEIGHT / 2 };
}
