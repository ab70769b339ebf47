/** A job in words. */
import type { Job } from "../../generated/api";
import { ignoredLine } from "../models/import";

const text = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";

export function jobTitle({ kind, request }: Pick<Job, "kind" | "request">): string {
  const name = text(request["name"]);
  switch (kind) {
    case "render": {
      const patch = request["patch"];
      const instrument = patch && typeof patch === "object" && "instrument" in patch ? text(patch.instrument) : "";
      return `Render of ${instrument || "a sound"}`;
    }
    case "finish":
      return "File of a take";
    case "film":
      return "Film of a take";
    case "train":
      return `Training ${name} from ${text(request["recipe"])}`;
    case "prepare":
      return `Material ${name} from ${text(request["folder"])}`;
    case "import":
      return `Import of ${name}`;
    case "mood":
      return `Mood “${text(request["prompt"])}” in ${name}`;
    case "share":
      return `Set ${name}`;
  }
}

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
