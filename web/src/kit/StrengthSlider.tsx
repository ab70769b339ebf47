import { Slider } from "./Slider";
import { STRENGTH, strengthAt, strengthWords, travelOf } from "./strength";

interface Props {
  id: string;
  label: string;
  value: number;
  onChange: (strength: number) => void;
  onEnd?: () => void;
}

export function StrengthSlider({ id, label, value, onChange, onEnd }: Props) {
  return (
    <Slider
      id={id}
      label={label}
      low={0}
      high={1}
      step={0.02}
      value={travelOf(value)}
      rest={travelOf(STRENGTH.rest)}
      shown={strengthWords(value)}
      onChange={(travel) => onChange(strengthAt(travel))}
      {...(onEnd && { onEnd })}
    />
  );
}
