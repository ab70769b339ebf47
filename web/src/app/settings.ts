/** Settings: from the server, changed at once, kept there. */
import { useQuery } from "@tanstack/react-query";
import { api, type Settings } from "../generated/api";
import { isGuest } from "./entry";
import { sayError } from "../play/store";
import { queries } from "./queries";
import { showTheme } from "./theme";

const KEY = ["settings"];

export function useSettings(): Settings | undefined {
  return useQuery({ queryKey: KEY, queryFn: ({ signal }) => api.getSettings(signal), staleTime: Infinity }).data;
}

export function currentSettings(): Settings | undefined {
  return queries.getQueryData<Settings>(KEY);
}

export async function changeSettings(changes: Partial<Settings>): Promise<void> {
  const before = currentSettings() ?? (await api.getSettings());
  const after = { ...before, ...changes };
  queries.setQueryData(KEY, after);
  if (changes.theme) showTheme(changes.theme);
  if (isGuest()) return; // they stay in this page
  try {
    queries.setQueryData(KEY, await api.putSettings(after));
  } catch (error) {
    queries.setQueryData(KEY, before);
    sayError(error);
  }
}
