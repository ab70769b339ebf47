import { useState } from "react";
import { queries } from "../../app/queries";
import { api, type PrepareJob, type TrainJob } from "../../generated/api";
import { say } from "../../play/store";

/** Begins a job; the list shows it. `refused` says in a line why it did not begin, until what was
 * asked for is changed. */
export function useBegin() {
  const [sending, setSending] = useState(false);
  const [refused, setRefused] = useState("");
  const begin = async (request: TrainJob | PrepareJob) => {
    setSending(true);
    setRefused("");
    try {
      await api.startJob(request);
      await queries.invalidateQueries({ queryKey: ["jobs"] });
      say("info", `${request.name}: begun.`);
    } catch (error) {
      setRefused(error instanceof Error ? error.message : String(error));
    } finally {
      setSending(false);
    }
  };
  return { begin, sending, refused, forgetRefusal: () => setRefused("") };
}
