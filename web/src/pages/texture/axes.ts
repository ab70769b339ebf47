/** Groups of axes, in the order in which they are shown. */
import type { ControlCard } from "../../generated/api";

export const FIRST_AXES = 4;

const KNOWN = [
  { value: "all", label: "All" },
  { value: "early", label: "Early" },
  { value: "middle", label: "Middle" },
  { value: "late", label: "Late" },
  { value: "pca", label: "Main" },
];

export function axisGroups(cards: Pick<ControlCard, "name">[]): { value: string; label: string }[] {
  const there = new Set(cards.map(({ name }) => name.slice(0, name.lastIndexOf("/"))));
  const known = KNOWN.filter(({ value }) => there.has(value));
  const others = [...there].filter((value) => !known.some((one) => one.value === value)).sort();
  return [...known, ...others.map((value) => ({ value, label: value }))];
}
