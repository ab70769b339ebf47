import { useQuery } from "@tanstack/react-query";
import { go } from "../../app/address";
import { pathOf } from "../../app/addresses";
import { api, type ModelDetails } from "../../generated/api";
import { patchToText, wholePatch } from "../../play/patch";
import { enter } from "../../play/session";
import { start } from "../../play/sound";
import { sayError } from "../../play/store";

/** Opens an instrument with this model; the best fitting one first. */
export function PlayModel({ model }: { model: Pick<ModelDetails, "name" | "instruments"> }) {
  const cards = useQuery({ queryKey: ["instruments"], queryFn: ({ signal }) => api.listInstruments(signal) });
  const title = (name: string) => cards.data?.find((card) => card.name === name)?.title ?? name;
  const [first, ...others] = model.instruments;
  if (!first) return <p className="soft">No instrument here plays it: a recipe of yours can.</p>;
  const play = (instrument: string) => {
    const entered = enter(instrument, patchToText(wholePatch({ instrument, bundle: model.name })));
    go(pathOf(instrument));
    entered.then(start).catch(sayError);
  };
  return (
    <>
      <button type="button" className="button main" onClick={() => play(first)}>
        Play in {title(first)}
      </button>
      {others.map((name) => (
        <button key={name} type="button" className="button" onClick={() => play(name)}>
          Play in {title(name)}
        </button>
      ))}
    </>
  );
}
