import { useState } from "react";
import { Icon } from "./Icon";
import { Popover } from "./Popover";

interface Props {
  /** of what goes */
  name: string;
  /** what the button does, for those who do not see it */
  label: string;
  /** what goes with it */
  tip?: string;
  className?: string;
  onDelete: () => void;
}

/** Asks before something goes that does not come back. */
export function DeleteButton({ name, label, tip, className = "icon-button", onDelete }: Props) {
  const [at, setAt] = useState<HTMLElement | null>(null);
  return (
    <>
      <button type="button" className={className} aria-label={label} aria-haspopup="dialog" data-tip={tip} onClick={(event) => setAt(event.currentTarget)}>
        <Icon sign="close" size={16} />
      </button>
      {at && (
        <Popover label={`Delete ${name}?`} at={at} onClose={() => setAt(null)}>
          <div className="row">
            <span>Delete {name}? This cannot be undone.</span>
            <button
              type="button"
              className="button bad"
              onClick={() => {
                setAt(null);
                onDelete();
              }}
            >
              Delete
            </button>
            <button type="button" className="button ghost" onClick={() => setAt(null)}>
              Keep
            </button>
          </div>
        </Popover>
      )}
    </>
  );
}
