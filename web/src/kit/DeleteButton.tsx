import { useState } from "react";
import { Confirm } from "./Confirm";
import { Icon } from "./Icon";
import { Popover } from "./Popover";

interface Props {
  /** of what goes */
  name: string;
  /** what the button does, for those who do not see it */
  label: string;
  /** what goes with it */
  tip?: string;
  onDelete: () => void;
}

/** Asks before something goes that does not come back. */
export function DeleteButton({ name, label, tip, onDelete }: Props) {
  const [at, setAt] = useState<HTMLElement | null>(null);
  return (
    <>
      <button type="button" className="icon-button" aria-label={label} aria-haspopup="dialog" data-tip={tip} onClick={(event) => setAt(event.currentTarget)}>
        <Icon sign="close" size={16} />
      </button>
      {at && (
        <Popover label={`Delete ${name}?`} at={at} onClose={() => setAt(null)}>
          <Confirm
            question={`Delete ${name}? This cannot be undone.`}
            onYes={() => {
              setAt(null);
              onDelete();
            }}
            onKeep={() => setAt(null)}
          />
        </Popover>
      )}
    </>
  );
}
