/** Patches: comparing, and links that carry them. */
import type { Patch } from "../generated/wire";

const USUAL_TEMPO = 120;

export function samePatch(a: Patch, b: Patch): boolean {
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));
}

function ordered(patch: Patch): unknown {
  const sorted = <T>(table: Record<string, T>) =>
    Object.entries(table).sort(([x], [y]) => (x < y ? -1 : 1));
  return [
    patch.instrument,
    patch.bundle,
    patch.seed,
    sorted(patch.controls),
    sorted(patch.choices),
    patch.place && [patch.place.w, sorted(patch.place.weights)],
    sorted(patch.map),
    sorted(patch.moves),
    patch.tempo,
  ];
}

/** A patch as text for an address: base64url of its JSON. */
export function patchToText(patch: Patch): string {
  const bytes = new TextEncoder().encode(JSON.stringify(short(patch)));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Null for what is no patch. The server checks its names and numbers. */
export function textToPatch(text: string): Patch | null {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    const found: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (!found || typeof found !== "object" || !("instrument" in found)) return null;
    const given = found as Partial<Patch> & { instrument: unknown };
    return typeof given.instrument === "string" ? wholePatch({ ...given, instrument: given.instrument }) : null;
  } catch {
    return null;
  }
}

/** A whole patch of what is said of it. */
export function wholePatch(given: Partial<Patch> & Pick<Patch, "instrument">): Patch {
  return {
    instrument: given.instrument,
    bundle: given.bundle ?? null,
    seed: given.seed ?? 0,
    controls: given.controls ?? {},
    choices: given.choices ?? {},
    place: given.place ?? null,
    map: given.map ?? {},
    moves: given.moves ?? {},
    tempo: given.tempo ?? USUAL_TEMPO,
  };
}

/** Four decimals are more than anybody hears, and keep links short. */
function short(patch: Patch): Patch {
  const round = (value: number) => Math.round(value * 1e4) / 1e4;
  const place = patch.place && {
    w: patch.place.w?.map(round) ?? null,
    weights: Object.fromEntries(Object.entries(patch.place.weights).map(([n, v]) => [n, round(v)])),
  };
  const controls = Object.fromEntries(
    Object.entries(patch.controls).map(([name, value]) => [name, round(value)]),
  );
  return { ...patch, controls, place };
}
