import { useEffect, useRef, useState } from "react";
import { api, type Job } from "../generated/api";
import { sayError } from "../play/store";

/** Long work as it goes on: progress, an end, its files. */
export function JobLine({ job: begun, onEnd }: { job: Job; onEnd?: (job: Job) => void }) {
  const [job, setJob] = useState(begun);
  const ended = useRef(onEnd);
  useEffect(() => {
    ended.current = onEnd;
  });
  useEffect(() => {
    const events = new EventSource(api.jobEventsUrl(begun.id));
    events.addEventListener("job", (event: MessageEvent<string>) => {
      const now = JSON.parse(event.data) as Job;
      setJob(now);
      if (now.ended === null) return;
      events.close();
      ended.current?.(now);
    });
    return () => events.close();
  }, [begun.id]);
  const running = job.ended === null;
  return (
    <div className="stack" role="status">
      <p className="small">{job.message || job.state}</p>
      {running && <progress max={1} value={job.done} aria-label="Progress" />}
      <div className="row">
        {running && (
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
