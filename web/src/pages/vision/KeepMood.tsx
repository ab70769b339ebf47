import { useState } from "react";
import { queries } from "../../app/queries";
import { api, type Job } from "../../generated/api";
import { JobLine } from "../../panels/JobLine";
import { takePatch } from "../../play/edit";
import { say, sayError, usePlay } from "../../play/store";
import { NameField } from "../jobs/NameField";
import { newModel } from "./prompt";

/** What was found as a mood beside the others: in a model of the player's own, so that none that ships changes. */
export function KeepMood({ prompt }: { prompt: string }) {
  const bundle = usePlay((state) => state.patch?.bundle ?? state.details?.bundle ?? "");
  const [name, setName] = useState<string | null>(null);
  const [job, setJob] = useState<Job | null>(null);
  const open = async () => {
    const models = await queries.fetchQuery({ queryKey: ["models"], queryFn: ({ signal }) => api.listModels(signal) });
    setName(newModel(bundle, models.map((model) => model.name)));
  };
  const begin = async (wanted: string) => {
    setJob(await api.startJob({ kind: "mood", bundle, prompt, name: wanted }));
    setName(null);
    void queries.invalidateQueries({ queryKey: ["jobs"] });
  };
  const ended = ({ state, result }: Job) => {
    const made = result["bundle"];
    const { patch } = usePlay.getState();
    if (state !== "done" || typeof made !== "string") return;
    void queries.invalidateQueries({ queryKey: ["models"] });
    // The music moves between its moods, the new one among them.
    if (patch && (patch.bundle ?? bundle) === bundle) takePatch({ ...patch, bundle: made, place: null }).catch(sayError);
    say("info", `The mood is kept in your model ${made}.`);
  };
  if (job && job.state !== "failed") return <JobLine key={job.id} job={job} onEnd={ended} />;
  if (name === null) {
    return (
      <button type="button" className="link" data-tip="As a mood, in a model of your own." onClick={() => void open().catch(sayError)}>
        Keep it as a mood
      </button>
    );
  }
  return (
    <form
      className="vision-keep"
      aria-label="Keep it as a mood"
      onSubmit={(event) => {
        event.preventDefault();
        begin(name).catch(sayError);
      }}
    >
      <NameField label="In a model of your own, called" value={name} onChange={setName} />
      <button type="submit" className="button main">
        Keep
      </button>
      <button type="button" className="button ghost" onClick={() => setName(null)}>
        Cancel
      </button>
    </form>
  );
}
