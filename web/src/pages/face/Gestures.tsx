import type { ControlCard, InstrumentDetails } from "../../generated/api";
import { ControlSlider } from "../../panels/ControlSlider";
import { HelpLink } from "../help/HelpLink";
import { GestureRow } from "./GestureRow";
import { GESTURES } from "./gestures";

interface Props {
  details: InstrumentDetails;
  /** the sensed controls of the instrument, set by hand */
  sliders: boolean;
}

/** What a face does, and what each of it moves right now. */
export function Gestures({ details, sliders }: Props) {
  const face = new Map((details.senses["face"] ?? []).map((card) => [card.name, card]));
  const sensed = details.controls.filter((card) => card.group === "sensed");
  const own = new Map(sensed.map((card) => [card.name, card]));
  const words = (card: ControlCard) => GESTURES.find(({ name }) => name === card.name)?.words;
  return (
    <section
      className="region face-gestures"
      aria-label="Gestures"
      data-tour="Each gesture moves what is written beside it: with a camera, with keys, or by its slider here."
    >
      <header className="face-gestures-head">
        <h2>Your gestures</h2>
        <HelpLink to="face#what-is-measured" about="Your gestures" />
        {!sliders && <span className="soft">What each one moves</span>}
      </header>
      {sliders ? (
        <>
          {sensed.map((card) => (
            <ControlSlider key={card.name} card={card} label={words(card)} />
          ))}
          {sensed.length === 0 && <p className="soft">This instrument listens to no gesture. Let one move a control by its +.</p>}
        </>
      ) : (
        <ul>
          {GESTURES.map((gesture) => {
            const card = face.get(gesture.name);
            return card && <GestureRow key={gesture.name} gesture={gesture} card={{ ...card, rest: own.get(card.name)?.rest ?? card.rest }} details={details} />;
          })}
        </ul>
      )}
    </section>
  );
}
