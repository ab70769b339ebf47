/** How close sounds are to what they were asked to be like: 0.05..20 on a slider that counts by factors. */
export const STRENGTH = { low: 0.05, high: 20, rest: 1 };

export function strengthAt(travel: number): number {
  const { low, high } = STRENGTH;
  const value = low * (high / low) ** Math.min(1, Math.max(0, travel));
  return Number(value.toPrecision(3));
}

export function travelOf(strength: number): number {
  const { low, high } = STRENGTH;
  return Math.log(strength / low) / Math.log(high / low);
}

/** As how different from it, for what is asked for by how different it is to be. */
export function differenceWords(strength: number): string {
  return `${Math.round(100 * (1 - travelOf(strength)))} %`;
}
