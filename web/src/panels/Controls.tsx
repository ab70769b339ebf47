import type { ReactNode } from "react";
import type { ControlCard } from "../generated/api";
import { HelpLink } from "../pages/help/HelpLink";
import { beginGesture, endGesture, setControls } from "../play/edit";
import { usePlay } from "../play/store";
import { ControlSlider } from "./ControlSlider";

interface Props {
  title: string;
  cards: ControlCard[];
  /** two beside each other */
  pairs?: boolean;
  labels?: Record<string, string>;
  /** where the docs tell of them, such as `texture#sliders` */
  help?: string;
  /** at the end of its head, where it stays as the reset comes and goes */
  action?: ReactNode;
  /** below the controls */
  children?: ReactNode;
}

/** A panel built from what the instrument says of its controls. */
export function Controls({ title, cards, pairs = false, labels = {}, help, action, children }: Props) {
  const moved = usePlay(({ patch }) => cards.some(({ name, rest }) => (patch?.controls[name] ?? rest) !== rest));
  const reset = () => {
    beginGesture();
    setControls(Object.fromEntries(cards.map(({ name, rest }) => [name, rest])));
    endGesture();
  };
  return (
    <section className="controls" aria-label={title}>
      <header className="panel-head">
        <h2>{title}</h2>
        {help && <HelpLink to={help} about={title} />}
        <button type="button" className="link" disabled={!moved} onClick={reset}>
          Reset all
        </button>
        {action}
      </header>
      <div className={pairs ? "controls-pairs" : undefined}>
        {cards.map((card) => (
          <ControlSlider key={card.name} card={card} label={labels[card.name]} />
        ))}
      </div>
      {children}
    </section>
  );
}
