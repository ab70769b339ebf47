import { useState } from "react";
import { hintsWanted, showHintsAgain } from "../../start/hints";

/** The hints of the first minute, for who wants to see them once more. */
export function HintsRow() {
  const [wanted, setWanted] = useState(hintsWanted);
  return (
    <div className="settings-line">
      <span>
        Hints
        <span className="soft" role="status">
          {" "}
          {wanted ? "come with the next sound" : "were shown"}
        </span>
      </span>
      <button
        type="button"
        className="button"
        disabled={wanted}
        onClick={() => {
          showHintsAgain();
          setWanted(true);
        }}
      >
        Show again
      </button>
    </div>
  );
}
