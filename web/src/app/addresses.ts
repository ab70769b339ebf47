/** Which address an instrument is played at. Knows no page, so that what plays can lead there. */
import type { InstrumentCard } from "../generated/api";

/** Pages of their own have those that ship, in the order in which they are shown; every other instrument is played below CHAIN. */
export const OWN = ["face", "texture", "notes", "vision", "voice"] as const satisfies InstrumentCard["page"][];
const CHAIN = "/play/";

/** The address of the page that plays an instrument. */
export function pathOf(instrument: string): string {
  return OWN.some((name) => name === instrument) ? `/${instrument}` : CHAIN + encodeURIComponent(instrument);
}

/** The instrument of an address, `/face` or `/play/mine/query`. */
export function instrumentOf(path: string): string {
  const own = path.startsWith(CHAIN) ? path.slice(CHAIN.length) : path.slice(1);
  try {
    return decodeURIComponent(own.split("/", 1)[0] ?? "");
  } catch {
    return "";
  }
}
