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

export function strengthWords(strength: number): string {
  const number = strength >= 10 ? strength.toFixed(0) : strength >= 1 ? strength.toFixed(1) : strength.toFixed(2);
  const word = strength < 0.4 ? "free" : strength < 2.5 ? "alike" : "close";
  return `${word}, ${number}`;
}
