import { useEffect, useRef } from "react";

interface Props {
  question: string;
  /** of the row, for those who do not see the question */
  label?: string;
  yes?: string;
  keep?: string;
  onYes: () => void;
  onKeep: () => void;
}

/** A question before something goes that does not come back; a press too many keeps it. */
export function Confirm({ question, label, yes = "Delete", keep = "Keep", onYes, onKeep }: Props) {
  const kept = useRef<HTMLButtonElement>(null);
  useEffect(() => kept.current?.focus(), []);
  return (
    <div className="row" role="group" aria-label={label ?? question}>
      <span>{question}</span>
      <button type="button" className="button bad" onClick={onYes}>
        {yes}
      </button>
      <button type="button" className="button ghost" ref={kept} data-first onClick={onKeep}>
        {keep}
      </button>
    </div>
  );
}
