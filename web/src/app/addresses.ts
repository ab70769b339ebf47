/** Which address an instrument is played at. Knows no page, so that what plays can lead there. */

// Instruments with a page of their own; every other one is played below CHAIN.
const OWN = ["face", "texture", "notes", "vision", "voice"];
const CHAIN = "/play/";

/** The address of the page that plays an instrument. */
export function pathOf(instrument: string): string {
  return OWN.includes(instrument) ? `/${instrument}` : CHAIN + encodeURIComponent(instrument);
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
