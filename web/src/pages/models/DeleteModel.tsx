import { useEffect, useRef, useState } from "react";
import { queries } from "../../app/queries";
import { api } from "../../generated/api";
import { sayError } from "../../play/store";

/** Asks before it deletes: what is gone does not come back. */
export function DeleteModel({ name, onRemoved }: { name: string; onRemoved: () => void }) {
  const [asking, setAsking] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asking) keep.current?.focus();
  }, [asking]);
  const remove = () =>
    api.removeModel(name).then(() => {
      onRemoved();
      return queries.invalidateQueries({ queryKey: ["models"] });
    }, sayError);
  if (!asking) {
    return (
      <button type="button" className="button ghost" onClick={() => setAsking(true)}>
        Delete
      </button>
    );
  }
  return (
    <div className="row" role="group" aria-label={`Delete ${name}?`}>
      <span>Delete the file? It does not come back.</span>
      <button type="button" className="button bad" onClick={() => void remove()}>
        Delete {name}
      </button>
      <button type="button" className="button" ref={keep} onClick={() => setAsking(false)}>
        Keep it
      </button>
    </div>
  );
}
