import { useQuery } from "@tanstack/react-query";
import { Link } from "../../app/Link";
import { api } from "../../generated/api";
import { Loading } from "../sheet/Loading";
import { Sheet } from "../sheet/Sheet";
import { ForgetEnded } from "./ForgetEnded";
import { JobRow } from "./JobRow";
import { PrepareForm } from "./PrepareForm";
import { TrainForm } from "./TrainForm";
import "./jobs.css";

/** Browsers open six connections to a studio; some are for what else the page asks. */
const MOST_STREAMS = 3;

/** Long work: what is done, what goes on, and what can be begun. */
export default function JobsPage() {
  const jobs = useQuery({ queryKey: ["jobs"], queryFn: ({ signal }) => api.listJobs(signal), staleTime: 0 });
  const all = jobs.data ?? [];
  const going = all.filter(({ ended }) => ended === null).reverse();
  // What runs goes on before what waits for it.
  going.sort((one, other) => Number(one.waits_for !== null) - Number(other.waits_for !== null));
  const heard = new Set(going.slice(0, MOST_STREAMS).map(({ id }) => id));
  return (
    <Sheet
      title="Jobs"
      line="Long work goes on beside the sound, also when this page is closed."
      help="studio#jobs"
      rail={
        <>
          <TrainForm />
          <PrepareForm />
        </>
      }
    >
      {jobs.isPending && <Loading what="jobs" />}
      {jobs.error && <p role="alert">{jobs.error.message}</p>}
      {jobs.data?.length === 0 && (
        <p className="sheet-empty">
          No jobs yet. Train a model here, or <Link href="/models">import one</Link>.
        </p>
      )}
      {all.length > going.length && <ForgetEnded count={all.length - going.length} />}
      <ul className="jobs-list" aria-label="Jobs">
        {all.map((job) => (
          <li key={job.id}>
            <JobRow job={job} listens={heard.has(job.id)} />
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
