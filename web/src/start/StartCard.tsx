import type { InstrumentCard } from "../generated/api";
import { Icon, Mark } from "../kit/Icon";
import { PictureTile, usePictureCount } from "../kit/PictureTile";
import { usePresets } from "../play/presets";
import { Preview } from "../presets/Preview";

interface Props {
  card: InstrumentCard;
  onPlay: () => void;
  /** to be renamed or deleted, asked for at this element; left out: it is not to be changed */
  onChange?: ((at: HTMLElement) => void) | undefined;
}

/** An instrument, with the picture of the preset that it begins with; one of pictures without presets shows what it can draw. */
export function StartCard({ card, onPlay, onChange }: Props) {
  const presets = usePresets(card.name).data;
  const first = presets?.find(({ factory }) => factory);
  return (
    <li className="start-item">
      <button type="button" className="start-card" disabled={!card.available} onClick={onPlay}>
        <span className="start-picture">
          <Mark size={64} />
          {first && <Preview preset={first} className="start-drift" />}
          {presets && !first && card.pictures && <Places bundle={card.bundle} />}
        </span>
        <span className="start-play">
          <Icon sign="play" size={22} />
        </span>
        <b>{card.title}</b>
        <span className="start-words soft">{card.missing || card.description}</span>
      </button>
      {onChange && (
        <button
          type="button"
          className="icon-button start-change"
          aria-label={`Rename or delete ${card.title}`}
          aria-haspopup="dialog"
          data-tip="Rename or delete it."
          onClick={(event) => onChange(event.currentTarget)}
        >
          <Icon sign="menu" size={18} />
        </button>
      )}
    </li>
  );
}

/** All places of a model of pictures, one below the other, that pass by slowly. */
function Places({ bundle }: { bundle: string }) {
  const { data: count = 0 } = usePictureCount(bundle);
  return (
    <span className="start-places">
      {Array.from({ length: count }, (_, k) => (
        <PictureTile key={k} bundle={bundle} index={k} count={count} />
      ))}
    </span>
  );
}
