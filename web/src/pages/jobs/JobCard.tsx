import { queries } from "../../app/queries";
import { api, type Job } from "../../generated/api";
import { JobLine } from "../../panels/JobLine";
import { sayError } from "../../play/store";
import { jobTitle, resultLines } from "./describe";

export function JobCard({ job, listens }: { job: Job; listens: boolean }) {
  const changed = () => queries.invalidateQueries({ queryKey: ["jobs"] });
  const ended = () => {
    if (job.kind === "train" || job.kind === "import") void queries.invalidateQueries({ queryKey: ["models"] });
  };
  const title = jobTitle(job);
  const lines = resultLines(job);
  return (
    <article className="card stack job-card" aria-label={title}>
      <div className="job-head">
        <h2>{title}</h2>
        {job.ended !== null && (
          <button
            type="button"
            className="quiet square"
            aria-label={`Forget ${title}`}
            onClick={() => api.removeJob(job.id).then(changed, sayError)}
          >
            ✕
          </button>
        )}
      </div>
      <p className="soft small">{new Date(1000 * job.created).toLocaleString()}</p>
      <JobLine job={job} listens={listens} onEnd={ended} />
      {lines.length > 0 && (
        <dl className="job-result">
          {lines.map(([what, value]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </article>
  );
}
