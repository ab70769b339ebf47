import { useQuery } from "@tanstack/react-query";
import { go } from "../../app/address";
import { pathOf } from "../../app/pages";
import { api, type ModelDetails } from "../../generated/api";
import { wholePatch, patchToText } from "../../play/patch";

/** Opens an instrument with this model; the best fitting one first. */
export function PlayModel({ model }: { model: Pick<ModelDetails, "name" | "instruments"> }) {
  const cards = useQuery({ queryKey: ["instruments"], queryFn: ({ signal }) => api.listInstruments(signal) });
  const title = (name: string) => cards.data?.find((card) => card.name === name)?.title ?? name;
  const [first, ...others] = model.instruments;
  if (!first) return <p className="soft">No instrument here plays it: a recipe of yours can.</p>;
  const open = (instrument: string) =>
    go(`${pathOf(instrument)}?sound=${patchToText(wholePatch({ instrument, bundle: model.name }))}`);
  return (
    <>
      <button type="button" className="button main" onClick={() => open(first)}>
        Play in {title(first)}
      </button>
      {others.map((name) => (
        <button key={name} type="button" className="button" onClick={() => open(name)}>
          Play in {title(name)}
        </button>
      ))}
    </>
  );
}
