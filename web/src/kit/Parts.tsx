import type { ReactNode } from "react";
import { Segmented } from "./Segmented";

interface Props<T extends string> {
  /** of what is shown; that of the choice is its plural */
  className: string;
  /** what else styles what is shown */
  also?: string | false;
  label?: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
  children: ReactNode;
}

/** On a phone a page's parts, one at a time. What is shown is no landmark: it has landmarks of its own, of the same name. */
export function Parts<T extends string>({ className, also, label = "Part of the page", value, options, onChange, children }: Props<T>) {
  return (
    <>
      <div className={`${className}s`}>
        <Segmented label={label} value={value} options={options} onChange={onChange} />
      </div>
      <div className={also ? `${className} ${also}` : className} role="group" aria-label={options.find((one) => one.value === value)?.label}>
        {children}
      </div>
    </>
  );
}
