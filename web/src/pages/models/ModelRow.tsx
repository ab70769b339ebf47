import type { ModelCard } from "../../generated/api";
import { PictureTiles, SoundTiles } from "./Tiles";

const MOST_TILES = 8;

interface Props {
  model: ModelCard;
  chosen: boolean;
  onChoose: () => void;
}

/** One model in the list: what it sounds or looks like, and what it is. */
export function ModelRow({ model, chosen, onChoose }: Props) {
  const Tiles = model.kind === "image" ? PictureTiles : SoundTiles;
  return (
    <div className="models-row">
      <button type="button" className="models-name" aria-pressed={chosen} onClick={onChoose}>
        <b>{model.name}</b>
        <span className={model.broken ? "models-broken" : "soft"}>{model.broken || model.description || lineOf(model)}</span>
      </button>
      {!model.broken && model.places > 0 && <Tiles name={model.name} count={model.places} most={MOST_TILES} />}
    </div>
  );
}

function lineOf(model: ModelCard): string {
  return `${model.kind === "image" ? "Pictures" : "Sounds"}, ${model.places} named places`;
}
