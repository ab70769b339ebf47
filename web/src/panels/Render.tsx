import { useState } from "react";
import { Link } from "../app/Link";
import { queries } from "../app/queries";
import { api, type Job } from "../generated/api";
import { FileDrop } from "../kit/FileDrop";
import { sayError, usePlay } from "../play/store";
import { FinishFields } from "./FinishFields";
import { PLAIN } from "./finish";
import { JobLine } from "./JobLine";
import { isPerformed } from "../play/map";
import { performances, renderRequest } from "./render";
import "./finish.css";

/** The sound as it is set now as a file, made without being played. */
export default function Render() {
  const patch = usePlay((state) => state.patch);
  const midi = usePlay((state) => state.details?.midi ?? false);
  const sensed = usePlay(({ details, patch: set }) => details !== null && isPerformed(details, set?.map ?? {}));
  const [seconds, setSeconds] = useState("10");
  const [finish, setFinish] = useState(PLAIN);
  const [rate, setRate] = useState<number | null>(null);
  const [picture, setPicture] = useState(false);
  const [file, setFile] = useState<File | null>(null);
  const [job, setJob] = useState<Job | null>(null);
  const [sending, setSending] = useState(false);
  const accept = performances(midi, sensed);
  const begin = async () => {
    if (!patch) return;
    setSending(true);
    try {
      const upload = file ? (await api.addUpload(file, { name: file.name })).id : null;
      setJob(await api.startJob(renderRequest(patch, { upload, seconds, finish, rate, picture })));
      void queries.invalidateQueries({ queryKey: ["jobs"] });
    } catch (error) {
      sayError(error);
    } finally {
      setSending(false);
    }
  };
  return (
    <div className="stack">
      <form
        className="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          void begin();
        }}
      >
        <h3>Render the sound as it is now</h3>
        {accept && (
          <FileDrop
            label="What plays it"
            accept={accept}
            chosen={file?.name ?? null}
            onFile={(next) => {
              setFile(next);
              setSeconds("");
            }}
          >
            {midi ? "A MIDI file plays it; without one, middle C:" : "A video or a .csv of controls plays it; without one it is held:"}
          </FileDrop>
        )}
        {file && (
          <button type="button" className="quiet" onClick={() => setFile(null)}>
            Without {file.name}
          </button>
        )}
        <label className="field">
          {file ? "Seconds, empty for all of it" : "Seconds"}
          <input
            type="number"
            min={0.1}
            max={3600}
            step="any"
            required={!file}
            value={seconds}
            onChange={(event) => setSeconds(event.target.value)}
          />
        </label>
        <FinishFields
          finish={finish}
          onChange={(next) => {
            setFinish(next);
            if (next.format === "opus" && rate === 44_100) setRate(null);
          }}
        />
        <label className="field">
          Sound
          <select value={rate ?? ""} onChange={(event) => setRate(Number(event.target.value) || null)}>
            <option value="">As it is played</option>
            <option value="48000">48 kHz, stereo</option>
            {finish.format !== "opus" && <option value="44100">44.1 kHz, stereo</option>}
          </select>
        </label>
        <label className="check">
          <input type="checkbox" checked={picture} onChange={(event) => setPicture(event.target.checked)} />
          Draw its spectrogram too
        </label>
        <button type="submit" className="button main" disabled={sending || !patch}>
          {sending ? "Sending…" : "Render"}
        </button>
      </form>
      {job && <JobLine key={job.id} job={job} />}
      <p className="soft small">
        It goes on when this page is closed; <Link href="/jobs">Jobs</Link> keeps it.
      </p>
    </div>
  );
}
