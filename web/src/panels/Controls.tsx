import type { ReactNode } from "react";
import type { ControlCard } from "../generated/api";
import { ControlSlider } from "./ControlSlider";

interface Props {
  title: string;
  cards: ControlCard[];
  /** below the controls */
  children?: ReactNode;
}

/** A panel built from what the instrument says of its controls. */
export function Controls({ title, cards, children }: Props) {
  return (
    <section className="card stack" aria-label={title}>
      <h2>{title}</h2>
      {cards.map((card) => (
        <ControlSlider key={card.name} card={card} />
      ))}
      {children}
    </section>
  );
}
