import { useQuery } from "@tanstack/react-query";
import type { HelpIndex } from "./content";

async function load({ signal }: { signal: AbortSignal }): Promise<HelpIndex> {
  const answer = await fetch("/help/index.json", { signal, credentials: "same-origin" });
  if (!answer.ok) throw new Error("The help was not built with this copy of the studio.");
  return (await answer.json()) as HelpIndex;
}

/** All pages of the help; none until they are there. */
export function useHelp(): HelpIndex | undefined {
  return useQuery({ queryKey: ["help"], queryFn: load, staleTime: Infinity, retry: false }).data;
}
