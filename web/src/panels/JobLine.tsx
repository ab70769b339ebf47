import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { queries } from "../app/queries";
import { api, type Job } from "../generated/api";
import { sayError } from "../play/store";
import { leftInWords, spanInWords } from "./job-times";
import { jobTitle } from "./job-title";
import { jobQuery, useRunning } from "./useRunning";
import "./job-line.css";

const STATES: Record<Job["state"], string> = {
  waiting: "Waits for its turn",
  running: "Running",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
  interrupted: "Cut off",
};
const RETRIED: Job["state"][] = ["failed", "cancelled", "interrupted"];

interface Props {
  job: Job;
  /** whether the server is listened to; browsers allow six such streams in all, so the last ones of a
   * long list look again now and then */
  listens?: boolean;
  /** whether the job that is made by "Try again" is shown in place of this one */
  follows?: boolean;
  onEnd?: (job: Job) => void;
}

/** Long work as it goes on: how far it is, how long it still takes, its end, its files. */
export function JobLine({ job: begun, listens = true, follows = true, onEnd }: Props) {
  const [again, setAgain] = useState<Job | null>(null);
  const { job, is } = useRunning(again ?? begun, listens, onEnd);
  const retry = async () => {
    try {
      const made = await api.retryJob(job.id);
      if (follows) setAgain(made);
      await queries.invalidateQueries({ queryKey: ["jobs"] });
    } catch (error) {
      sayError(error);
    }
  };
  const first = useQuery({ ...jobQuery(job.waits_for ?? ""), enabled: job.waits_for !== null });
  const title = jobTitle(job);
  const state = job.waits_for !== null && first.data ? `Waits for ${jobTitle(first.data)}` : STATES[job.state];
  return (
    <div className="job-line" data-state={job.state}>
      <p role="status">
        <span className="job-state">{state}</span>
        {!is && job.message && <span> {job.message}</span>}
        {is && job.seconds_left !== null && <span> {leftInWords(job.seconds_left)}</span>}
      </p>
      {job.state === "running" && (
        <>
          <progress max={1} value={job.done} aria-label={`Progress of ${title}`} />
          <p className="soft job-where">
            <span>{Math.floor(100 * job.done)} %</span>
            {job.started !== null && <Elapsed since={job.started} />}
            <span>{job.message}</span>
          </p>
        </>
      )}
      {/* The list of jobs tells all that came out; elsewhere only what did not come as it was asked. */}
      {!is && follows && typeof job.result.note === "string" && <p className="soft">{job.result.note}</p>}
      <div className="job-buttons">
        {is && (
          <button type="button" className="button" aria-label={`Cancel ${title}`} onClick={() => void api.cancelJob(job.id).catch(sayError)}>
            Cancel
          </button>
        )}
        {RETRIED.includes(job.state) && (
          <button type="button" className="button" aria-label={`Try again: ${title}`} onClick={() => void retry()}>
            Try again
          </button>
        )}
        {job.files.map((name) => (
          <a key={name} className="button" href={api.jobFileUrl(job.id, name)} download>
            {name}
          </a>
        ))}
      </div>
    </div>
  );
}

function Elapsed({ since }: { since: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(ticking);
  }, []);
  return <span>{spanInWords(now / 1000 - since)} so far</span>;
}
