/** How a file is finished, as a form has it and as the server is asked for it. */
import type { Mastering, RenderJob } from "../generated/api";

export type Format = NonNullable<RenderJob["format"]>;

export interface Finish {
  format: Format;
  /** LUFS as it was written; empty: as it was played */
  loudness: string;
  /** seconds as they were written */
  fadeIn: string;
  fadeOut: string;
  bits: "24" | "16" | "dither";
}

export const PLAIN: Finish = { format: "wav", loudness: "", fadeIn: "", fadeOut: "", bits: "24" };

export const FORMATS: Record<Format, string> = { wav: "WAV", flac: "FLAC", ogg: "Ogg Vorbis", opus: "Opus", mp3: "MP3" };

/** Bits are a matter of what is kept without loss. */
export const hasBits = (format: Format) => format === "wav" || format === "flac";

export function masteringOf({ format, loudness, fadeIn, fadeOut, bits }: Finish): Mastering {
  return {
    loudness: loudness.trim() === "" ? null : Number(loudness),
    fade_in: Number(fadeIn) || 0,
    fade_out: Number(fadeOut) || 0,
    bits: hasBits(format) && bits !== "24" ? 16 : null,
    dither: hasBits(format) && bits === "dither",
  };
}
