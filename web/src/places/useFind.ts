import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, type FoundPlace } from "../generated/api";

const WAIT_MS = 150;

/**
 * Places by words, the best first: names, groups, and how they sound.
 *
 * @returns null where nothing is looked for.
 */
export function useFind(bundle: string, words: string): FoundPlace[] | null {
  const [asked, setAsked] = useState(words);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(words), WAIT_MS);
    return () => clearTimeout(timer);
  }, [words]);
  const wanted = asked.trim();
  const found = useQuery({
    queryKey: ["find", bundle, wanted],
    queryFn: ({ signal }) => api.findInModel(bundle, { words: wanted }, signal),
    enabled: wanted !== "",
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
  return words.trim() === "" || wanted === "" ? null : (found.data ?? null);
}
