import { useState } from "react";
import { queries } from "../app/queries";
import { api, type Job, type Take } from "../generated/api";
import { sayError } from "../play/store";
import { FinishFields } from "./FinishFields";
import { masteringOf, PLAIN } from "./finish";
import { JobLine } from "./JobLine";

/** A take as a finished file; the take itself stays as it was played. */
export function TakeFile({ take }: { take: Take }) {
  const [finish, setFinish] = useState(PLAIN);
  const [job, setJob] = useState<Job | null>(null);
  const begin = async () => {
    try {
      setJob(await api.startJob({ kind: "finish", take: take.id, format: finish.format, mastering: masteringOf(finish) }));
      void queries.invalidateQueries({ queryKey: ["jobs"] });
    } catch (error) {
      sayError(error);
    }
  };
  return (
    <form
      className="card stack take-file"
      aria-label={`File of ${take.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        void begin();
      }}
    >
      <FinishFields finish={finish} onChange={setFinish} />
      <button type="submit" className="button main">
        Make the file
      </button>
      {job && <JobLine key={job.id} job={job} />}
    </form>
  );
}
