/** What came of a job, in words. */
import type { Job } from "../../generated/api";
import { text } from "../../panels/job-title";
import { ignoredLine } from "../models/import";

const SHOWN: Record<string, string> = {
  duration_seconds: "Seconds",
  note: "Note",
  realtime_factor: "Times real time",
  bundle: "Model",
  ignored: "Left out",
  steps: "Steps",
  folder: "Folder",
  examples: "Examples",
  windows: "Windows",
};

/** What its report says that a player wants to know. */
export function resultLines({ result }: Pick<Job, "result">): [string, string][] {
  return Object.entries(SHOWN).flatMap(([key, label]): [string, string][] => {
    const value = Array.isArray(result[key]) ? ignoredLine(result[key].map(text)) : result[key];
    const shown = typeof value === "number" && !Number.isInteger(value) ? value.toFixed(2) : text(value);
    return shown ? [[label, shown]] : [];
  });
}
