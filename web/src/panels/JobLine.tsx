import { useEffect, useRef } from "react";
import { useQuery } from "@tanstack/react-query";
import { queries } from "../app/queries";
import { api, type Job } from "../generated/api";
import { sayError } from "../play/store";

const STATES: Record<Job["state"], string> = {
  waiting: "waits",
  running: "runs",
  done: "done",
  failed: "failed",
  cancelled: "cancelled",
  interrupted: "interrupted",
};

const KEY = (id: string) => ["job", id];

/**
 * Long work as it goes on: progress, an end, its files.
 *
 * @param listens whether the server is listened to; browsers allow six such streams in all, so the
 *   last ones of a long list look again now and then.
 */
export function JobLine({ job: begun, listens = true, onEnd }: { job: Job; listens?: boolean; onEnd?: (job: Job) => void }) {
  const { job, is } = useRunning(begun, listens, onEnd);
  return (
    <div className="job" data-state={job.state}>
      <p className="small" role="status">
        <span className={`job-state ${job.state}`}>{STATES[job.state]}</span> {job.message}
      </p>
      {is && <progress max={1} value={job.done} aria-label="Progress" />}
      <div className="row">
        {is && (
          <button type="button" onClick={() => void api.cancelJob(job.id).catch(sayError)}>
            Cancel
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

function useRunning(begun: Job, listens: boolean, onEnd: ((job: Job) => void) | undefined): { job: Job; is: boolean } {
  const ended = useRef(onEnd);
  useEffect(() => {
    ended.current = onEnd;
  });
  const found = useQuery({
    queryKey: KEY(begun.id),
    queryFn: ({ signal }) => api.getJob(begun.id, signal),
    initialData: begun,
    staleTime: Infinity,
    refetchInterval: ({ state }) => (listens || state.data?.ended !== null ? false : 3000),
  });
  // A list may know more than what was kept of the job.
  const job = begun.ended !== null ? begun : found.data;
  const over = job.ended !== null;
  useEffect(() => {
    if (over || !listens) return;
    const events = new EventSource(api.jobEventsUrl(begun.id));
    events.addEventListener("job", (event: MessageEvent<string>) => {
      const now = JSON.parse(event.data) as Job;
      queries.setQueryData(KEY(begun.id), now);
      if (now.ended === null) return;
      events.close();
      void queries.invalidateQueries({ queryKey: ["jobs"] });
      ended.current?.(now);
    });
    return () => events.close();
  }, [begun.id, over, listens]);
  return { job, is: !over };
}
