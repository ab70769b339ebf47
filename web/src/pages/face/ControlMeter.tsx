import { useFace } from "../../face/performer";
import type { ControlCard } from "../../generated/api";
import { amount, controlTitle } from "../../kit/words";

/** A performer's control as it is now. */
export function ControlMeter({ card }: { card: ControlCard }) {
  const value = useFace((state) => state.values[card.name] ?? card.rest);
  const part = (of: number) => Math.min(1, Math.max(0, (of - card.low) / (card.high - card.low)));
  const [from, to] = [part(0 >= card.low ? 0 : card.low), part(value)].sort((a, b) => a - b) as [number, number];
  const shown = amount(value, card);
  const name = controlTitle(card.name);
  return (
    <div className="control-meter">
      <div className="slider-head">
        <span title={card.description}>{name}</span>
        <span className="slider-value">{shown}</span>
      </div>
      <div
        className="meter-bar"
        role="meter"
        aria-label={name}
        aria-valuemin={card.low}
        aria-valuemax={card.high}
        aria-valuenow={Math.min(card.high, Math.max(card.low, Number(value.toFixed(3))))}
        aria-valuetext={shown}
      >
        <i style={{ left: `${100 * from}%`, width: `${100 * (to - from)}%` }} />
      </div>
    </div>
  );
}
