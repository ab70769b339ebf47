import { useQuery } from "@tanstack/react-query";
import type { HelpIndex, HelpText } from "./content";

async function load<T>(name: string, signal: AbortSignal): Promise<T> {
  const answer = await fetch(`/help/${name}.json`, { signal, credentials: "same-origin" });
  if (!answer.ok) throw new Error("The help was not built with this copy of the studio.");
  return (await answer.json()) as T;
}

export function useHelpIndex() {
  return useQuery({
    queryKey: ["help"],
    queryFn: ({ signal }) => load<HelpIndex>("index", signal),
    staleTime: Infinity,
    retry: false,
  });
}

/** All pages of the help; none until they are there. */
export function useHelp(): HelpIndex | undefined {
  return useHelpIndex().data;
}

/** What one page says. */
export function useHelpText(name: string) {
  return useQuery({
    queryKey: ["help", name],
    queryFn: ({ signal }) => load<HelpText>(name, signal),
    staleTime: Infinity,
    retry: false,
  });
}
