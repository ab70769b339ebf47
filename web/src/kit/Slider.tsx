import * as Radix from "@radix-ui/react-slider";
import type { ReactNode } from "react";

interface Props {
  id: string;
  label: string;
  hint?: string;
  low: number;
  high: number;
  value: number;
  rest?: number;
  shown: string;
  step?: number;
  menu?: ReactNode;
  onBegin?: () => void;
  onChange: (value: number) => void;
  onEnd?: (value: number) => void;
}

/** Keys that move a slider; others, such as Tab and Ctrl, only pass by. */
const MOVES = /^(Arrow(Left|Right|Up|Down)|Page(Up|Down)|Home|End)$/;

/** A labelled slider; a double click goes back to rest. */
export function Slider(props: Props) {
  const { id, label, hint, low, high, value, rest, shown, menu, onBegin, onChange, onEnd } = props;
  const step = props.step ?? (high - low) / 200;
  const back = () => {
    if (rest === undefined) return;
    onBegin?.();
    onChange(rest);
    onEnd?.(rest);
  };
  return (
    <div className="slider">
      <div className="slider-head">
        <span id={`${id}-label`} title={hint}>
          {label}
        </span>
        <output className="slider-value">{shown}</output>
        {menu}
      </div>
      <Radix.Root
        className="slider-root"
        min={low}
        max={high}
        step={step}
        value={[Math.min(Math.max(value, low), high)]}
        onPointerDown={onBegin}
        onKeyDown={(event) => MOVES.test(event.key) && onBegin?.()}
        onValueChange={([next]) => next !== undefined && onChange(next)}
        // By keys it is told before the change itself is.
        onValueCommit={([last]) => queueMicrotask(() => last !== undefined && onEnd?.(last))}
        onDoubleClick={back}
      >
        <Radix.Track className="slider-track">
          <Radix.Range className="slider-range" />
        </Radix.Track>
        <Radix.Thumb
          className="slider-thumb"
          id={id}
          aria-labelledby={`${id}-label`}
          aria-valuetext={shown}
        />
      </Radix.Root>
    </div>
  );
}
