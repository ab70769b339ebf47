import { useQuery } from "@tanstack/react-query";
import { queries } from "../app/queries";
import { api, type Take } from "../generated/api";
import { FILM_HEIGHT } from "../play/sound";
import { sayError } from "../play/store";
import { JobLine } from "./JobLine";

/** A take's film: as it is being drawn, its file, or the button that begins it. */
export function Film({ take }: { take: Take }) {
  const jobs = useQuery({ queryKey: ["jobs"], queryFn: ({ signal }) => api.listJobs(signal) });
  const job = jobs.data?.find(({ request }) => request["kind"] === "film" && request["take"] === take.id);
  const begin = async () => {
    try {
      await api.startJob({ kind: "film", take: take.id, height: FILM_HEIGHT });
      await queries.invalidateQueries({ queryKey: ["jobs"] });
    } catch (error) {
      sayError(error);
    }
  };
  if (job) return <JobLine key={job.id} job={job} />;
  return (
    <button type="button" onClick={() => void begin()}>
      Make an MP4
    </button>
  );
}
