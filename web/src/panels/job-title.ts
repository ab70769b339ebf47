import type { Job } from "../generated/api";

/** A text or number of a request or a report; empty for anything else. */
export const text = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";

/** What is done, and to what. */
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
