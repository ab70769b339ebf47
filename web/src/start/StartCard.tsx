import type { InstrumentCard } from "../generated/api";
import { Icon, Mark } from "../kit/Icon";
import { usePresets } from "../play/presets";
import { Preview } from "../presets/Preview";

/** An instrument, with the picture of the preset that it begins with. */
export function StartCard({ card, onPlay }: { card: InstrumentCard; onPlay: () => void }) {
  const first = usePresets(card.name).data?.find(({ factory }) => factory);
  return (
    <li>
      <button type="button" className="start-card" onClick={onPlay}>
        <span className="start-picture">
          <Mark size={64} />
          {first && <Preview preset={first} className="start-drift" />}
        </span>
        <span className="start-play">
          <Icon sign="play" size={22} />
        </span>
        <b>{card.title}</b>
        <span className="start-words soft">{card.description}</span>
      </button>
    </li>
  );
}
