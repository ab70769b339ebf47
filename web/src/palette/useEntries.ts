/** All that can be found now. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import { instrumentPages } from "../app/pages";
import { api } from "../generated/api";
import { useHelp } from "../pages/help/useHelp";
import { presetsQuery } from "../play/presets";
import { usePlay } from "../play/store";
import { actionEntries, numberEntries } from "./actions";
import { controlEntries, valueEntries } from "./controls";
import type { Entry } from "./entries";
import { helpEntries, pageEntries, placeEntries, presetEntries } from "./pages";

/** What needs no answer is there at once; presets, places by words and the help follow. */
export function useEntries(asked: string): Entry[] {
  const details = usePlay((state) => state.details);
  const patch = usePlay((state) => state.patch);
  const words = useDeferredValue(asked.trim());
  const bundle = patch?.bundle ?? details?.bundle ?? "";
  const cards = useQuery({ queryKey: ["instruments"], queryFn: ({ signal }) => api.listInstruments(signal) }).data;
  const presets = useQuery(presetsQuery(null)).data;
  const help = useHelp();
  const places = useQuery({
    queryKey: ["places", bundle, words],
    queryFn: ({ signal }) => api.findInModel(bundle, { words }, signal),
    enabled: bundle !== "" && words.length > 2,
    placeholderData: keepPreviousData,
    retry: false,
  }).data;
  const standing = useMemo(() => {
    const there = (cards ?? []).filter(({ available }) => available);
    const own = instrumentPages(there).filter(({ instrument }) => there.some(({ name }) => name === instrument));
    return [
      ...(details && patch ? controlEntries(details, patch) : []),
      ...presetEntries(presets ?? [], there, details?.name),
      ...actionEntries(),
      ...pageEntries(own),
    ];
  }, [cards, details, patch, presets]);
  return useMemo(
    () => [
      ...(details ? valueEntries(details, asked) : []),
      ...numberEntries(asked),
      ...standing,
      ...(details ? placeEntries(details, places ?? [], asked) : []),
      ...helpEntries(help?.pages ?? [], asked),
    ],
    [asked, details, standing, places, help],
  );
}
