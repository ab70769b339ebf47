/** Controls of the open instrument: a value, what moves them, their place on the stage. */
import type { ControlCard, InstrumentDetails } from "../generated/api";
import type { Patch } from "../generated/wire";
import { toTravel } from "../kit/travel";
import { amount, controlTitle, readAmount } from "../kit/words";
import { FIRST_LFO } from "../move/first";
import { moverOf } from "../move/mover";
import { beginGesture, endGesture, setControls, setMove } from "../play/edit";
import { pinnedOf, togglePin, usePins } from "../stage/pins";
import type { Entry } from "./entries";
import { match, withValue } from "./fuzzy";

/** Shown while nothing is asked. */
const FIRST = 4;

export function controlEntries(details: InstrumentDetails, patch: Patch): Entry[] {
  const pinned = new Set(pinnedOf(usePins.getState().chosen, details.name, details.controls).map(({ name }) => name));
  return details.controls.flatMap((card, k) => entriesOf(card, k < FIRST, details, patch, pinned.has(card.name)));
}

function entriesOf(card: ControlCard, first: boolean, details: InstrumentDetails, patch: Patch, pinned: boolean): Entry[] {
  const name = controlTitle(card.name);
  const value = patch.controls[card.name] ?? card.rest;
  const mover = moverOf(card, toTravel(card, value), { moves: patch.moves[card.name], lines: patch.map, own: details.map, senses: details.senses });
  const moved = mover ? `, moved by ${mover.badge.sign === "lfo" ? `an LFO of ${mover.badge.text}` : mover.badge.text}` : "";
  const shared = { group: "Controls", here: true, words: card.description } as const;
  return [
    {
      ...shared,
      key: `control/${card.name}`,
      title: name,
      note: `${amount(value, card)}${moved}`,
      hint: "Enter sets a value",
      sign: mover?.badge.sign ?? "lfo",
      first,
      act: () => focusControl(card.name) ?? `${name} `,
    },
    {
      ...shared,
      key: `lfo/${card.name}`,
      title: `Give ${name} ${mover ? "another" : "an"} LFO`,
      words: "move modulate",
      sign: "lfo",
      act: () => setMove(card.name, FIRST_LFO),
    },
    {
      ...shared,
      group: "Do",
      key: `pin/${card.name}`,
      title: pinned ? `Take ${name} off the stage` : `Pin ${name} to the stage`,
      words: "stage",
      sign: "pin",
      act: () => togglePin(details.name, details.controls, card.name),
    },
  ];
}

/** Leads to a control on the page; null: it is not shown there, its value is typed here. */
function focusControl(name: string): void | null {
  const control = document.getElementById(`control-${name}`);
  if (!control?.checkVisibility()) return null;
  // After the palette has given the focus back.
  setTimeout(() => {
    control.focus();
    control.scrollIntoView({ block: "nearest" });
  });
}

/** `bright 40` sets Brightness to 40 %. */
export function valueEntries(details: InstrumentDetails, asked: string): Entry[] {
  const typed = withValue(asked);
  if (!typed) return [];
  return details.controls.flatMap((card): Entry[] => {
    const name = controlTitle(card.name);
    const fit = match(typed.words, name);
    const value = readAmount(typed.value, card);
    if (!fit || fit.score < 2 || value === null) return [];
    const inside = Math.min(card.high, Math.max(card.low, value));
    return [
      {
        group: "Controls",
        key: `value/${card.name}`,
        title: `${name} to ${amount(inside, card)}`,
        hint: "Enter sets it",
        words: asked,
        sign: "arrow",
        here: true,
        act: () => {
          beginGesture();
          setControls({ [card.name]: inside });
          endGesture();
        },
      },
    ];
  });
}
