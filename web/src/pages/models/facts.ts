/** What a bundle's own description says of where it comes from; any of it may be missing. */

export interface DataRow {
  source: string;
  attribution: string;
  clips: string;
  licence: string;
}

export interface Facts {
  licence: string;
  command: string;
  data: DataRow[];
  metrics: [string, string][];
}

const table = (value: unknown): Record<string, unknown> =>
  value && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

const text = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";

export function readFacts(facts: Record<string, unknown>): Facts {
  const provenance = table(facts["provenance"]);
  const rows = Array.isArray(provenance["data"]) ? (provenance["data"] as unknown[]) : [];
  const metrics = Object.entries(table(provenance["metrics"]))
    .map(([what, value]): [string, string] => [what, text(value)])
    .filter(([, value]) => value !== "");
  return {
    licence: text(provenance["licence"]),
    command: text(provenance["command"]),
    data: rows.map((row) => {
      const one = table(row);
      return {
        source: text(one["source"]),
        attribution: text(one["attribution"]),
        clips: text(one["clips"]),
        licence: text(one["licence"]),
      };
    }),
    metrics,
  };
}
