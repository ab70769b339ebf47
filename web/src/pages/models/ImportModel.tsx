import { useRef, useState, type FormEvent } from "react";
import { queries } from "../../app/queries";
import { api, type Job } from "../../generated/api";
import { JobLine } from "../../panels/JobLine";
import { sayError } from "../../play/store";

/** A bundle of somebody else's, or a StyleGAN pickle: checked, then kept. */
export function ImportModel() {
  const form = useRef<HTMLFormElement>(null);
  const [job, setJob] = useState<Job | null>(null);
  const [sending, setSending] = useState(false);
  const begin = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const file = given.get("file");
    const name = given.get("name");
    if (!(file instanceof File) || typeof name !== "string") return;
    setSending(true);
    try {
      const upload = await api.addUpload(file, { name: file.name });
      setJob(await api.startJob({ kind: "import", upload: upload.id, name: name.trim() }));
      form.current?.reset();
    } catch (error) {
      sayError(error);
    } finally {
      setSending(false);
    }
  };
  return (
    <section className="card stack" aria-label="Import a model">
      <h2>Import a model</h2>
      <p className="soft small">
        A <code>.resonance</code> bundle, or a StyleGAN2-ADA or StyleGAN3 <code>.pkl</code>. Nothing in it is run.
      </p>
      <form ref={form} className="stack" onSubmit={(event) => void begin(event)}>
        <label className="field">
          File
          <input type="file" name="file" accept=".resonance,.pkl" required />
        </label>
        <label className="field">
          Name
          <input type="text" name="name" required maxLength={60} autoComplete="off" />
        </label>
        <button type="submit" disabled={sending}>
          {sending ? "Sending…" : "Import"}
        </button>
      </form>
      {job && (
        <JobLine job={job} onEnd={() => void queries.invalidateQueries({ queryKey: ["models"] })} />
      )}
    </section>
  );
}
