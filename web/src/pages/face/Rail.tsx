import type { InstrumentDetails } from "../../generated/api";
import { Controls } from "../../panels/Controls";
import { CornerPad } from "../../panels/CornerPad";
import { beginGesture, endGesture, setPlace } from "../../play/edit";
import { usePlay } from "../../play/store";
import { HelpLink } from "../help/HelpLink";

/** Between four sounds; or where the performer leads. */
export function Timbre({ details, follows }: { details: InstrumentDetails; follows: boolean }) {
  const stays = usePlay((state) => state.patch?.place != null);
  const follow = () => {
    beginGesture();
    setPlace(null);
    endGesture();
  };
  return (
    <section className="face-timbre" aria-label="Timbre">
      <header className="panel-head">
        <h2>Timbre</h2>
        <HelpLink to="face" about="Timbre" />
        {stays && follows ? (
          <button type="button" className="link" onClick={follow}>
            Follow the performer
          </button>
        ) : (
          <span className="soft">Drag between four sounds</span>
        )}
      </header>
      <CornerPad key={details.bundle} places={details.places} bundle={details.bundle} />
    </section>
  );
}

export function Sound({ details }: { details: InstrumentDetails }) {
  const cards = details.controls.filter((card) => card.group !== "sensed");
  return cards.length > 0 ? <Controls title="Sound" cards={cards} pairs help="living-spectrogram" /> : null;
}
