import type { KeyboardEvent } from "react";
import "./places.css";

interface Props {
  label: string;
  /** what is heard here, for those who do not see it */
  text: string;
  /** 0..1 */
  value: number;
  /** what is heard lies nowhere here; the keys bring it back */
  hidden: boolean;
  /** of its middle, in pixels */
  left: number;
  top: number;
  onKeyDown: (event: KeyboardEvent) => void;
  onKeyUp?: () => void;
  onBlur?: () => void;
}

/** You are here. */
export function Ring({ label, text, value, hidden, left, top, onKeyDown, onKeyUp, onBlur }: Props) {
  return (
    <span
      className={hidden ? "place-ring away" : "place-ring"}
      role="slider"
      data-hint={hidden ? undefined : "drag"}
      tabIndex={0}
      aria-label={label}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(100 * value)}
      aria-valuetext={text}
      style={{ transform: `translate(${left}px, ${top}px)` }}
      onKeyDown={onKeyDown}
      onKeyUp={onKeyUp}
      onBlur={onBlur}
    />
  );
}
