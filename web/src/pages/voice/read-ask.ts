/** What a picture is asked for, and as it is read from what a browser kept. */
import type { PictureRequest } from "../../generated/api";

export type Ask = Omit<PictureRequest, "bundle">;

export const REST: Ask = { prompt: "", mode: "mix", mix: 0.6, steps: null, guidance: null };

export function readAsk(text: string | null): Ask {
  try {
    const found = JSON.parse(text ?? "{}") as Partial<Ask> | null;
    const known = Object.entries(found ?? {}).filter(([name]) => name in REST);
    return { ...REST, ...Object.fromEntries(known) };
  } catch {
    return REST;
  }
}
