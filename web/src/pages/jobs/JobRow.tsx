import { Link } from "../../app/Link";
import { queries } from "../../app/queries";
import { api, type Job } from "../../generated/api";
import { JobLine } from "../../panels/JobLine";
import { spanInWords } from "../../panels/job-times";
import { jobTitle } from "../../panels/job-title";
import { sayError } from "../../play/store";
import { Facts } from "../sheet/Sheet";
import { resultLines } from "./describe";

/** One job in the list. */
export function JobRow({ job, listens }: { job: Job; listens: boolean }) {
  const changed = () => queries.invalidateQueries({ queryKey: ["jobs"] });
  const ended = () => {
    if (["train", "import", "mood"].includes(job.kind)) void queries.invalidateQueries({ queryKey: ["models"] });
  };
  const title = jobTitle(job);
  const lines = resultLines(job);
  return (
    <article className="jobs-row" aria-label={title}>
      <div className="jobs-head">
        <h2>{title}</h2>
        {job.ended !== null && (
          <button
            type="button"
            className="button ghost"
            aria-label={`Forget ${title}`}
            onClick={() => api.removeJob(job.id).then(changed, sayError)}
          >
            Forget
          </button>
        )}
      </div>
      <p className="soft small">
        {new Date(1000 * job.created).toLocaleString()}
        {job.ended !== null && job.started !== null && `, took ${spanInWords(job.ended - job.started)}`}
      </p>
      <JobLine job={job} listens={listens} follows={false} onEnd={ended} />
      {job.state === "failed" && job.kind === "import" && (
        <p>
          <Link href="/models">Import another file</Link>
        </p>
      )}
      {lines.length > 0 && <Facts rows={lines} />}
    </article>
  );
}
