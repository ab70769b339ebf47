import { useEffect, useEffectEvent, useRef, useState, type FormEvent } from "react";
import { takeModels } from "../../app/dropped";
import { queries } from "../../app/queries";
import { api, type FileReport, type ImportJob, type Job, type Requirement, type Upload } from "../../generated/api";
import { JobLine } from "../../panels/JobLine";
import { NAME_PATTERN } from "../jobs/forms";
import { Needs } from "../sheet/Needs";
import { useImports } from "../sheet/requirements";
import { Section } from "../sheet/Sheet";
import { codecOf, ignoredLine, lackedFor, nameFor } from "./import";

interface Sent {
  upload: Upload;
  report: FileReport;
}

const worded = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** A bundle of somebody else's, or a StyleGAN pickle: looked into, told of, then kept. */
export function ImportModel() {
  const [sending, setSending] = useState("");
  const [refused, setRefused] = useState("");
  const [sent, setSent] = useState<Sent | null>(null);
  const [job, setJob] = useState<Job | null>(null);
  const imports = useImports();
  const [lacks, setLacks] = useState<Requirement | null>(null);

  const look = async (file: File | undefined) => {
    if (!file) return;
    setSent(null);
    setRefused("");
    setJob(null);
    // Told before anything is sent.
    const lacking = lackedFor(file.name, imports);
    setLacks(lacking);
    if (lacking) return;
    setSending(`Looking into ${file.name}`);
    try {
      const upload = await api.addUpload(file, { name: file.name });
      setSent({ upload, report: await api.checkUpload(upload.id) });
    } catch (error) {
      setRefused(worded(error));
    } finally {
      setSending("");
    }
  };
  const part = useRef<HTMLParagraphElement>(null);
  const lookAtDropped = useEffectEvent((file: File) => {
    part.current?.scrollIntoView({ block: "nearest" });
    void look(file);
  });
  // What is missing here for it is told before it is sent: so it waits until that is known.
  const known = imports.length > 0;
  useEffect(() => (known ? takeModels((file) => lookAtDropped(file)) : undefined), [known]);
  const begin = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!sent) return;
    const given = new FormData(event.currentTarget);
    const text = (name: string) => {
      const value = given.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    const request: ImportJob = {
      kind: "import",
      upload: sent.upload.id,
      name: text("name"),
      licence: text("licence") || "not stated",
      source: text("source"),
      ...codecOf(given),
    };
    setRefused("");
    try {
      setJob(await api.startJob(request));
      setSent(null);
    } catch (error) {
      setRefused(worded(error));
    }
  };
  return (
    <Section title="Import a model" line="Every file is looked into first. Nothing in it is run." help="import">
      <label className="field">
        Model file
        <input
          type="file"
          accept={imports.map(({ subject }) => subject).join(",")}
          onChange={(event) => void look(event.target.files?.[0])}
        />
      </label>
      <p ref={part} className="soft" role="status">
        {sending || (!sent && !job && "A .resonance file is checked for damage and hostility. A .pkl or .pt of StyleGAN2 or StyleGAN3 is read as numbers and rebuilt.")}
      </p>
      {refused && <p role="alert">{refused}</p>}
      {lacks && <Needs requirement={lacks} id="import-needs" />}
      {sent && (
        <form className="sheet-form" aria-label="Import a model" onSubmit={(event) => void begin(event)}>
          <p role={sent.report.good ? undefined : "alert"}>{sent.report.line}</p>
          {sent.report.ignored.length > 0 && <p className="soft small">Left out: {ignoredLine(sent.report.ignored)}.</p>}
          {sent.report.good && (
            <>
              <label className="field">
                Name
                <input
                  type="text"
                  name="name"
                  required
                  pattern={NAME_PATTERN}
                  title="letters, digits, - and _"
                  maxLength={60}
                  autoComplete="off"
                  defaultValue={nameFor(sent.upload.name)}
                />
              </label>
              {sent.upload.kind === "network" && <Origin asksCodec={sent.report.asks_codec} />}
              <button type="submit" className="button main">
                Import
              </button>
            </>
          )}
        </form>
      )}
      {job && <JobLine key={job.id} job={job} onEnd={() => void queries.invalidateQueries({ queryKey: ["models"] })} />}
    </Section>
  );
}

/** What a network pickle does not say of itself. */
function Origin({ asksCodec }: { asksCodec: boolean }) {
  const [sound, setSound] = useState(false);
  return (
    <>
      <label className="field">
        Licence, as its makers say
        <input type="text" name="licence" maxLength={120} autoComplete="off" placeholder="not stated" />
      </label>
      <label className="field">
        Who made it
        <input type="text" name="source" maxLength={300} autoComplete="off" />
      </label>
      {asksCodec && (
        <label className="models-tick">
          <input type="checkbox" name="sound" checked={sound} onChange={(event) => setSound(event.target.checked)} />
          Its pictures are spectrograms of sound
        </label>
      )}
      {sound && (
        <div className="sheet-fields">
          <NumberField name="sample_rate" label="Sample rate, Hz" low={1000} high={192_000} value={16_000} />
          <NumberField name="n_fft" label="FFT size" low={16} high={8192} value={512} />
          <NumberField name="hop" label="Hop" low={1} high={8192} value={128} />
          <label className="field">
            First row
            <select name="rows">
              <option value="highest-first">highest</option>
              <option value="lowest-first">lowest</option>
            </select>
          </label>
          <label className="field">
            Scale
            <select name="scale">
              <option value="linear">linear</option>
              <option value="mel">mel</option>
            </select>
          </label>
        </div>
      )}
    </>
  );
}

function NumberField({ name, label, low, high, value }: { name: string; label: string; low: number; high: number; value: number }) {
  return (
    <label className="field">
      {label}
      <input type="number" name={name} required min={low} max={high} defaultValue={value} />
    </label>
  );
}
