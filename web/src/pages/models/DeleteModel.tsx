import { useState } from "react";
import { queries } from "../../app/queries";
import { api } from "../../generated/api";
import { Confirm } from "../../kit/Confirm";
import { sayError } from "../../play/store";

/** Asks before it deletes: what is gone does not come back. */
export function DeleteModel({ name, onRemoved }: { name: string; onRemoved: () => void }) {
  const [asking, setAsking] = useState(false);
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
    <Confirm
      question="Delete the file? It does not come back."
      label={`Delete ${name}?`}
      yes={`Delete ${name}`}
      keep="Keep it"
      onYes={() => void remove()}
      onKeep={() => setAsking(false)}
    />
  );
}
