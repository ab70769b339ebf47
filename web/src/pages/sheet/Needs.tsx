import { queries } from "../../app/queries";
import type { Requirement } from "../../generated/api";
import { CopyCommand } from "./CopyCommand";

/** What a kind of work lacks, and the command that mends it; nothing where it lacks nothing. */
export function Needs({ requirement, id }: { requirement: Requirement | undefined; id?: string }) {
  if (!requirement || requirement.ready) return null;
  const { line, command } = requirement;
  return (
    <div className="trouble" id={id} role="group" aria-label={line}>
      <p>
        <b>{line}</b>{" "}
        {command && <span className="soft">Nothing is installed by itself. Copy the command and run it.</span>}
      </p>
      <CopyCommand command={command}>
        <button type="button" className="button ghost" onClick={() => void queries.invalidateQueries({ queryKey: ["requirements"] })}>
          Look again
        </button>
      </CopyCommand>
    </div>
  );
}
