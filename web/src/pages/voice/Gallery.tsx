import { Icon } from "../../kit/Icon";
import { choose, isGoingOn, pictureUrl, useTakes } from "./takes";

/** Sounds and their pictures, the latest first. */
export function Gallery() {
  const { takes, chosen, other, comparing, paintings } = useTakes();
  return (
    <section className="voice-takes" aria-label="Takes">
      {takes?.length === 0 && <p className="soft">What you record is kept here, sound and picture together, on this computer.</p>}
      {takes?.map((take) => {
        const url = pictureUrl(take);
        return (
          <button
            key={take.id}
            type="button"
            aria-pressed={take.id === chosen || take.id === other}
            aria-label={`${take.name}, ${take.seconds.toFixed(1)} s`}
            data-tip={comparing ? "Show it beside the other." : take.picture?.asked.prompt || undefined}
            onClick={() => choose(take.id)}
          >
            <span className="voice-thumb" data-busy={isGoingOn(paintings[take.id]) || undefined}>
              {url ? <img alt="" src={url} /> : <Icon sign="mic" size={22} />}
            </span>
            {take.name}
            <span className="soft num">{take.picture?.voice ?? `${take.seconds.toFixed(1)} s`}</span>
          </button>
        );
      })}
    </section>
  );
}
