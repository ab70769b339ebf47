import { useState } from "react";
import { queries } from "../../app/queries";
import { api, type PrepareJob, type TrainJob } from "../../generated/api";
import { say, sayError } from "../../play/store";

/** Begins a job; the list shows it. */
export function useBegin() {
  const [sending, setSending] = useState(false);
  const begin = async (request: TrainJob | PrepareJob) => {
    setSending(true);
    try {
      await api.startJob(request);
      await queries.invalidateQueries({ queryKey: ["jobs"] });
      say("info", `${request.name}: begun.`);
    } catch (error) {
      sayError(error);
    } finally {
      setSending(false);
    }
  };
  return { begin, sending };
}
