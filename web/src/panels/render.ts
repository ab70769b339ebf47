/** What a form says of a render, as the server is asked for it. */
import type { Patch, RenderJob } from "../generated/api";
import { accepts } from "../kit/files";
import { masteringOf, type Finish } from "./finish";

interface Form {
  upload: string | null;
  /** as it was written; empty: all of the upload */
  seconds: string;
  finish: Finish;
  /** in Hz, in two channels; null: as the instrument has both */
  rate: number | null;
  picture: boolean;
}

export function renderRequest(patch: Patch, { upload, seconds, finish, rate, picture }: Form): RenderJob {
  const length = seconds.trim() === "" ? null : Number(seconds);
  const channels = rate === null ? null : 2;
  return { kind: "render", patch, upload, seconds: length, format: finish.format, rate, channels, picture, mastering: masteringOf(finish) };
}

/** Files that can play an instrument; null: it is played by its patch alone. */
export function performances(midi: boolean, sensed: boolean): string | null {
  if (midi) return accepts("midi");
  return sensed ? `${accepts("video")},.csv` : null;
}
