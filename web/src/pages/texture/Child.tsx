import type { PlaceCard, SearchSound } from "../../generated/api";
import { Icon } from "../../kit/Icon";
import { TilePicture } from "../../kit/Thumb";
import { usePlaceTile } from "../../places/usePlaceTile";
import { hear, judge } from "../../query/search";
import { useSaid } from "./said";

interface Props {
  bundle: string;
  places: readonly PlaceCard[];
  sounds: SearchSound[];
  sound: SearchSound;
  heard: boolean;
  busy: boolean;
}

/** One sound of the search: its picture, and how it differs; heard by a press, liked or not. */
export function Child({ bundle, places, sounds, sound, heard, busy }: Props) {
  const { number, opinion } = sound;
  const said = useSaid(bundle, places, sounds, sound);
  const tile = usePlaceTile(bundle, sound.place.w ?? []);
  const turn = (wanted: number) => void judge(sound, opinion === wanted ? 0 : wanted);
  return (
    <div className={opinion < 0 ? "child disliked" : "child"} data-sound={number}>
      <button type="button" className="child-hear" aria-pressed={heard} onClick={() => hear(sound)}>
        <TilePicture tile={tile} />
        <span className="child-said">{said || "\u00a0"}</span>
        <span className="hidden-text">, sound {number}</span>
      </button>
      <div className="child-judge">
        <span className="soft small num">{number}</span>
        <button
          type="button"
          className="icon-button"
          disabled={busy}
          aria-pressed={opinion > 0}
          aria-label={`Like sound ${number}`}
          onClick={() => turn(1)}
        >
          <Icon sign={opinion > 0 ? "loved" : "heart"} />
        </button>
        <button
          type="button"
          className="icon-button"
          disabled={busy}
          aria-pressed={opinion < 0}
          aria-label={`Dislike sound ${number}`}
          onClick={() => turn(-1)}
        >
          <Icon sign="close" />
        </button>
      </div>
    </div>
  );
}
