/** What a form says of a render, as the server is asked for it. */
import type { Patch, RenderJob } from "../generated/api";

interface Form {
  upload: string | null;
  /** as it was written; empty: all of the upload */
  seconds: string;
  format: "wav" | "flac";
  picture: boolean;
}

export function renderRequest(patch: Patch, { upload, seconds, format, picture }: Form): RenderJob {
  const length = seconds.trim() === "" ? null : Number(seconds);
  return { kind: "render", patch, upload, seconds: length, format, picture };
}

/** Files that can play an instrument; null: it is played by its patch alone. */
export function performances(midi: boolean, sensed: boolean): string | null {
  if (midi) return ".mid,.midi";
  return sensed ? ".mp4,.mov,.webm,.mkv,.avi,.csv" : null;
}
