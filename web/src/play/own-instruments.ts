/** Instruments of the player's own: they get another name, or go. */
import { go, replaceAddress } from "../app/address";
import { instrumentOf, pathOf } from "../app/addresses";
import { queries } from "../app/queries";
import { api, type InstrumentCard } from "../generated/api";
import type { Patch } from "../generated/wire";
import { changed } from "./history";
import { renameLast } from "./last";
import { forgetLeft, renameLeft } from "./left";
import { usePlay } from "./store";

const CARDS = ["instruments"];

/** What is kept of it follows, and what plays it plays on. */
export async function renameInstrument(before: string, name: string): Promise<InstrumentCard> {
  const card = await api.renameRecipe(before, { name });
  await followName(before, card.name);
  return card;
}

/** What is played, undone, remembered and shown here goes by another name; a second time it changes nothing. */
export async function followName(before: string, after: string): Promise<void> {
  const cards = await api.listInstruments();
  const card = cards.find(({ name }) => name === after);
  renameLeft(before, after);
  renameLast(before, after);
  const renamed = <P extends Patch | null>(patch: P): P => (patch?.instrument === before ? { ...patch, instrument: after } : patch);
  usePlay.setState(({ details, patch, sides: { a, b }, history }) => ({
    details: card && details?.name === before ? { ...details, ...card } : details,
    patch: renamed(patch),
    sides: { a: renamed(a), b: renamed(b) },
    history: changed(history, (one) => ({
      ...one,
      patch: renamed(one.patch),
      sides: { a: renamed(one.sides.a), b: renamed(one.sides.b) },
    })),
  }));
  // Together with the address: no page is looked for between the two.
  queries.setQueryData(CARDS, cards);
  const { pathname, search } = location;
  if (instrumentOf(pathname) === before) replaceAddress(pathOf(after) + pathname.slice(pathOf(before).length) + search);
  await refresh(["presets", "takes", "settings"]);
}

/** With its presets; whoever plays it is told, takes stay. */
export async function removeInstrument(name: string): Promise<void> {
  await api.removeRecipe(name);
  forgetLeft(name);
  if (instrumentOf(location.pathname) === name) go("/start");
  await refresh([...CARDS, "presets"]);
}

async function refresh(keys: string[]): Promise<void> {
  await Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] })));
}
