import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { queries } from "../../app/queries";
import { api } from "../../generated/api";
import { Popover } from "../../kit/Popover";
import { DeleteButton } from "../../kit/DeleteButton";
import { recipeName, title } from "../../kit/words";
import { say, sayError } from "../../play/store";
import { lastHeard } from "./known";
import { chosenTake, paint, useTakes } from "./takes";

const changed = () => queries.invalidateQueries({ queryKey: ["voices"] });

/** Voices that later takes are taken for, so that one's own gets the same picture. */
export function KnownVoices() {
  const voices = useQuery({ queryKey: ["voices"], queryFn: ({ signal }) => api.listVoices(signal) });
  const takes = useTakes((state) => state.takes);
  const take = useTakes(chosenTake);
  const [at, setAt] = useState<HTMLElement | null>(null);
  return (
    <section aria-label="Known voices">
      <header className="panel-head">
        <h2>Known voices</h2>
        <button type="button" className="link voice-add" aria-haspopup="dialog" disabled={!take} onClick={(event) => setAt(event.currentTarget)}>
          Add this one
        </button>
      </header>
      {voices.data?.length === 0 && <p className="soft small">Add your voice, and each of your takes makes nearly the same picture.</p>}
      <ul className="voice-known">
        {voices.data?.map(({ name, usable }) => (
          <li key={name} data-heard={take?.picture?.voice === name || undefined}>
            <i aria-hidden="true" />
            <b>{title(name)}</b>
            <span className="soft">{usable ? lastHeard(name, take, takes ?? []) : "add it again"}</span>
            <DeleteButton
              name={`the voice ${title(name)}`}
              label={`Forget ${title(name)}`}
              tip="Its pictures stay."
              onDelete={() => void api.forgetVoice(name).then(changed).catch(sayError)}
            />
          </li>
        ))}
      </ul>
      {at && take && (
        <Popover label={`Add the voice of ${take.name}`} at={at} onClose={() => setAt(null)}>
          <Add
            taken={voices.data?.map(({ name }) => name) ?? []}
            take={take.id}
            onDone={() => {
              setAt(null);
              void changed();
              void paint(take.id);
            }}
          />
        </Popover>
      )}
    </section>
  );
}

function Add({ taken, take, onDone }: { taken: string[]; take: string; onDone: () => void }) {
  const [text, setText] = useState("");
  // Voices are folders whose names are of plain letters.
  const name = recipeName(text).replaceAll(/[^a-z0-9_-]+/g, "_").replaceAll(/^[_-]+|_+$/g, "").slice(0, 40);
  const replace = taken.includes(name);
  const add = (event: FormEvent) => {
    event.preventDefault();
    api
      .enrolVoice({ name, takes: [take], replace })
      .then(() => {
        say("info", `${title(name)} is known now.`);
        onDone();
      })
      .catch(sayError);
  };
  return (
    <form className="stack" onSubmit={add}>
      <label className="field">
        Whose voice is it?
        <input data-first required maxLength={40} autoComplete="off" value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      <p className="soft small">Numbers are kept of which no recording can be made, on this computer.</p>
      <button type="submit" className="button main" disabled={!name}>
        {replace ? "Put in its place" : "Add this voice"}
      </button>
    </form>
  );
}
