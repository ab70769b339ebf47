/** Names of presets: whether two are one, and one that is free. */
import type { Preset } from "../generated/api";

/** of letters; what the server keeps */
const MOST = 80;

type Known = Pick<Preset, "id" | "name" | "factory">;

const plain = (name: string) => name.normalize("NFC").trim().toLowerCase();

/** Those of this name; capitals and spaces around it make no other. */
export const named = <T extends Known>(name: string, all: readonly T[]): T[] => all.filter((one) => plain(one.name) === plain(name));

/** `Rain`, or where that is taken `Rain 2`, `Rain 3` and on. */
export function freeName(name: string, all: readonly Known[]): string {
  const [, stem = "", number = "1"] = /^(.*?)(?: (\d{1,4}))?$/su.exec(name.trim()) ?? [];
  let next = name.trim();
  for (let k = Number(number) + 1; named(next, all).length > 0; k++) {
    next = `${Array.from(stem).slice(0, MOST - 1 - String(k).length).join("").trimEnd()} ${k}`;
  }
  return next;
}
