import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { go } from "../app/address";
import { pathOf } from "../app/addresses";
import { queries } from "../app/queries";
import { api, type Take } from "../generated/api";
import { DeleteButton } from "../kit/DeleteButton";
import { clock } from "../kit/words";
import { takePatch } from "../play/edit";
import { patchToText } from "../play/patch";
import { sayError, usePlay } from "../play/store";
import { Film } from "./Film";
import { TakeFile } from "./TakeFile";
import "./finish.css";

/** Recordings; each carries the sound that it was played with. */
export default function Takes() {
  const instrument = usePlay((state) => state.patch?.instrument);
  const found = useQuery({ queryKey: ["takes"], queryFn: ({ signal }) => api.listTakes(signal) });
  const [open, setOpen] = useState<string | null>(null);
  const changed = () => queries.invalidateQueries({ queryKey: ["takes"] });
  const takeUp = (take: Take) => {
    if (take.patch.instrument === instrument) takePatch(take.patch).catch(sayError);
    else go(`${pathOf(take.patch.instrument)}?sound=${patchToText(take.patch)}`);
  };
  return (
    <div className="stack">
      {found.data?.length === 0 && (
        <p className="soft">Nothing was recorded yet. Record, play, stop: the take is here then.</p>
      )}
      <ul className="list">
        {found.data?.map((take) => (
          <li key={take.id} className="take">
            <div className="list-main">
              <span>{take.name}</span>
              <span className="soft small">
                {clock(take.seconds)} · {new Date(1000 * take.created).toLocaleString()}
              </span>
            </div>
            {take.pictures && <Film take={take} />}
            <a className="button" href={api.takeSoundUrl(take.id)} download>
              WAV
            </a>
            <button
              type="button"
              className="button ghost"
              aria-expanded={open === take.id}
              aria-label={`Another file of ${take.name}`}
              onClick={() => setOpen(open === take.id ? null : take.id)}
            >
              Other…
            </button>
            <button type="button" onClick={() => takeUp(take)}>
              Sound
            </button>
            <DeleteButton name={take.name} label={`Delete the take ${take.name}`} onDelete={() => void api.removeTake(take.id).then(changed, sayError)} />
            {open === take.id && <TakeFile take={take} />}
          </li>
        ))}
      </ul>
    </div>
  );
}
