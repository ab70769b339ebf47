import { useState } from "react";
import { atRest } from "../../play/bearing";
import { sayError, usePlay } from "../../play/store";
import { settle } from "../../play/texture";

/** The sliders have gone as far as they go: they begin anew from there. */
export function Settle() {
  const [busy, setBusy] = useState(false);
  const moved = usePlay(
    ({ patch, details }) => patch !== null && details !== null && Object.keys(atRest(patch, details.controls)).length > 0,
  );
  const go = () => {
    setBusy(true);
    settle()
      .catch(sayError)
      .finally(() => setBusy(false));
  };
  return (
    <button
      type="button"
      className="link"
      disabled={!moved || busy}
      data-tip="This sound becomes the new place, with the sliders in the middle again."
      onClick={go}
    >
      {busy ? "Listening…" : "Go on from here"}
    </button>
  );
}
