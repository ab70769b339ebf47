/** Places of a model under the headings by which players look for them. */
import type { PlaceCard } from "../../generated/api";

export interface Group {
  title: string;
  places: PlaceCard[];
}

/** Families of an orchestra come in this order, then those with the most places. */
const FIRST = ["Strings", "Winds", "Brass", "Keys", "Plucked", "Mallets"];
const MOST = 6;

/** The popular ones, at most six groups, and all that is left under More. */
export function groupsOf(places: readonly PlaceCard[], popular: readonly string[]): Group[] {
  const named = new Map<string, PlaceCard[]>();
  for (const place of places) named.set(place.group, [...(named.get(place.group) ?? []), place]);
  const rank = (title: string) => (FIRST.includes(title) ? FIRST.indexOf(title) : FIRST.length);
  const groups = [...named]
    .map(([title, own]): Group => ({ title, places: own }))
    .sort((a, b) => rank(a.title) - rank(b.title) || b.places.length - a.places.length);
  const first = popular.flatMap((name) => places.filter((place) => place.name === name));
  const rest = groups.slice(MOST).flatMap((group) => group.places);
  return [
    { title: "Popular", places: first },
    ...groups.slice(0, MOST),
    { title: "More", places: rest },
  ].filter((group) => group.places.length > 0);
}
