import { Control } from "./Control";
import { plainNumber } from "./words";

interface Props {
  id: string;
  label: string;
  hint?: string;
  low: number;
  high: number;
  value: number;
  rest: number;
  shown: string;
  step?: number;
  ends?: readonly [string, string];
  /** what a typed number stands for, where values are shown in another measure */
  typed?: (number: number) => number;
  onChange: (value: number) => void;
  onEnd?: () => void;
}

/** A control over plain numbers, moved by the hand alone. */
export function Slider({ low, high, value, rest, step, typed = (number) => number, onChange, ...more }: Props) {
  const part = (number: number) => (number - low) / (high - low);
  const snap = (number: number) => (step ? Math.round(number / step) * step : number);
  return (
    <Control
      {...more}
      travel={part(Math.min(Math.max(value, low), high))}
      rest={part(rest)}
      origin={low < 0 && high > 0 ? part(0) : 0}
      step={step ? Math.max(0.01, step / (high - low)) : undefined}
      read={(text) => {
        const number = plainNumber(text);
        return number === null ? null : part(Math.min(Math.max(typed(number), low), high));
      }}
      onChange={(travel) => onChange(snap(low + travel * (high - low)))}
    />
  );
}
