import { useQuery } from "@tanstack/react-query";
import { api } from "../../generated/api";
import { JobCard } from "./JobCard";
import { PrepareForm } from "./PrepareForm";
import { TrainForm } from "./TrainForm";
import "./jobs.css";

/** Browsers open six connections to a studio; some are for what else the page asks. */
const MOST_STREAMS = 3;

/** Long work: what is done, what goes on, and what can be begun. */
export default function JobsPage() {
  const jobs = useQuery({ queryKey: ["jobs"], queryFn: ({ signal }) => api.listJobs(signal), staleTime: 0 });
  const running = (jobs.data ?? []).filter(({ ended }) => ended === null);
  // The oldest runs; the others wait for it.
  const heard = new Set(running.slice(-MOST_STREAMS).map(({ id }) => id));
  return (
    <>
      <div className="stage-head">
        <h1>Jobs</h1>
        <p className="soft">Long work goes on beside the sound, also when this page is closed.</p>
      </div>
      <div className="jobs">
        <section className="stack" aria-label="Work">
          {jobs.error && <p role="alert">{jobs.error.message}</p>}
          {jobs.data?.length === 0 && (
            <p className="card soft">
              Nothing yet. A sound is rendered under Presets below each instrument; models are trained here and
              imported under Models.
            </p>
          )}
          <ul className="list">
            {jobs.data?.map((job) => (
              <li key={job.id}>
                <JobCard job={job} listens={heard.has(job.id)} />
              </li>
            ))}
          </ul>
        </section>
        <div className="stack">
          <TrainForm />
          <PrepareForm />
        </div>
      </div>
    </>
  );
}
