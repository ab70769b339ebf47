import * as Radix from "@radix-ui/react-switch";
import { useId } from "react";

interface Props {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

export function Switch({ label, on, onChange }: Props) {
  const id = useId();
  return (
    <div className="switch-row">
      <Radix.Root id={id} className="switch" checked={on} onCheckedChange={onChange}>
        <Radix.Thumb className="switch-thumb" />
      </Radix.Root>
      <label htmlFor={id}>{label}</label>
    </div>
  );
}
