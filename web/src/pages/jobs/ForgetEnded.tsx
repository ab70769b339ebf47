import { useState } from "react";
import { queries } from "../../app/queries";
import { api } from "../../generated/api";
import { sayError } from "../../play/store";

/** Empties the list of all that ended; asks before, as files go with it. */
export function ForgetEnded({ count }: { count: number }) {
  const [asking, setAsking] = useState(false);
  const forget = () => {
    setAsking(false);
    return api.removeEndedJobs().then(() => queries.invalidateQueries({ queryKey: ["jobs"] }), sayError);
  };
  if (!asking) {
    return (
      <button type="button" className="button ghost jobs-forget" onClick={() => setAsking(true)}>
        Forget all that ended
      </button>
    );
  }
  return (
    <div className="row jobs-forget" role="group" aria-label="Forget all that ended?">
      <span>
        {count === 1 ? "Forget 1 job and its files" : `Forget ${count} jobs and their files`}, prepared material too? They do not come back; models stay.
      </span>
      <button type="button" className="button bad" onClick={() => void forget()}>
        Forget {count}
      </button>
      {/* Where the press was: what is asked is answered by the keys too. */}
      {/* eslint-disable-next-line jsx-a11y/no-autofocus */}
      <button type="button" className="button" autoFocus onClick={() => setAsking(false)}>
        Keep them
      </button>
    </div>
  );
}
