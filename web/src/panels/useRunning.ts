import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { queries } from "../app/queries";
import { api, type Job } from "../generated/api";

const LOOK_AGAIN_MS = 3000;

/** One job, as it was heard of last. */
export const jobQuery = (id: string) => ({
  queryKey: ["job", id],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.getJob(id, signal),
  staleTime: Infinity,
});

/** A job as it stands now, and whether it goes on. */
export function useRunning(begun: Job, listens: boolean, onEnd: ((job: Job) => void) | undefined): { job: Job; is: boolean } {
  const ended = useRef(onEnd);
  useEffect(() => {
    ended.current = onEnd;
  });
  const found = useQuery({
    ...jobQuery(begun.id),
    initialData: begun,
    refetchInterval: ({ state }) => (listens || state.data?.ended !== null ? false : LOOK_AGAIN_MS),
  });
  // A list may know more than what was kept of the job.
  const job = begun.ended !== null ? begun : found.data;
  const over = job.ended !== null;
  useEffect(() => {
    if (over || !listens) return;
    const events = new EventSource(api.jobEventsUrl(begun.id));
    events.addEventListener("job", (event: MessageEvent<string>) => {
      const now = JSON.parse(event.data) as Job;
      queries.setQueryData(jobQuery(begun.id).queryKey, now);
      if (now.ended === null) return;
      events.close();
      void queries.invalidateQueries({ queryKey: ["jobs"] });
      ended.current?.(now);
    });
    return () => events.close();
  }, [begun.id, over, listens]);
  return { job, is: !over };
}
