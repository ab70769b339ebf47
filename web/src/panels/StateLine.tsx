import { anew, connect } from "../play/sound";
import { sayError, usePlay } from "../play/store";

/** What the player has to know when the sound is not simply playing. */
export function StateLine() {
  const status = usePlay((state) => state.status);
  const why = usePlay((state) => state.why);
  if (status === "opening") return <Line>Opening the sound: {why}…</Line>;
  if (status === "away") return <Line bad>{why}</Line>;
  if (status === "taken") {
    return (
      <Line>
        {why}
        <button type="button" className="button" onClick={connect}>
          Play it here
        </button>
        <button type="button" className="button" onClick={() => anew().catch(sayError)}>
          A session of its own
        </button>
      </Line>
    );
  }
  if (status === "failed") {
    return (
      <Line bad>
        {why || "The instrument cannot be opened."}
        <button type="button" className="button" onClick={connect}>
          Try again
        </button>
      </Line>
    );
  }
  return null;
}

function Line({ bad = false, children }: { bad?: boolean; children: React.ReactNode }) {
  return (
    <div className={bad ? "state-line bad" : "state-line"} role={bad ? "alert" : "status"}>
      {children}
    </div>
  );
}
