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

function Bubble({ hint, onClose }: { hint: Hint; onClose: () => void }) {
  const box = useBox(FIND[hint]);
  if (!box) return null;
  return (
    <div className="hint" role="status" style={{ ...placeOf(box), width: WIDTH }}>
      <span>{wordsOf(hint)}</span>
      <button type="button" className="icon-button" aria-label="Close this hint" onClick={onClose}>
        <Icon sign="close" size={15} />
      </button>
    </div>
  );
}

/** Left of what stands in the right half, so that the controls below it stay free. */
function placeOf(box: Box): { left: number; top: number } {
  const left = box.left - WIDTH - 12;
  if (left < innerWidth / 2 || box.width > 60) return beside(box, WIDTH, HEIGHT);
  return { left, top: box.top + box.height / 2 - HEIGHT / 2 };
}
