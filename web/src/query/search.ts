/** The search of a session: kept by the server; which batch is looked at, by the tab. */
import { useQuery } from "@tanstack/react-query";
import { create } from "zustand";
import { queries } from "../app/queries";
import { api, type SearchNow, type SearchSound } from "../generated/api";
import { STRENGTH } from "../kit/strength";
import { sayError, usePlay } from "../play/store";
import { placeNow, stand } from "../play/texture";
import { withUpload } from "../play/upload";
import { keyOf, type BatchKey } from "./lineage";

interface View {
  session: string;
  /** the batch that is shown */
  key: BatchKey;
  count: number;
  strength: number;
  busy: boolean;
}

export const useView = create<View>(() => ({ session: "", key: "", count: 6, strength: STRENGTH.rest, busy: false }));

const stored = (session: string) => `search/${session}`;

/** Shows the search of a session where it was left. */
export function openSearch(session: string): void {
  if (useView.getState().session === session) return;
  useView.setState({ session, key: sessionStorage.getItem(stored(session)) ?? "" });
}

export function show(key: BatchKey): void {
  useView.setState({ key });
  sessionStorage.setItem(stored(useView.getState().session), key);
}

const queryKey = (session: string) => ["search", session, usePlay.getState().details?.bundle ?? ""];

/** @param bundle each that the session plays has a search of its own. */
export function useSearch(session: string, bundle: string) {
  return useQuery({
    queryKey: ["search", session, bundle],
    queryFn: ({ signal }) => api.getSearch(session, signal),
    staleTime: Infinity,
  });
}

/** One thing at a time; what the server made is shown at once. */
async function ask(work: (session: string) => Promise<SearchSound[]>): Promise<SearchSound[]> {
  const { session, busy } = useView.getState();
  if (busy) return [];
  useView.setState({ busy: true });
  try {
    const made = await work(session);
    queries.setQueryData<SearchNow>(queryKey(session), (now) => now && { ...now, sounds: merge(now.sounds, made) });
    if (!queries.getQueryData(queryKey(session))) await queries.invalidateQueries({ queryKey: queryKey(session) });
    return made;
  } catch (error) {
    sayError(error);
    return [];
  } finally {
    useView.setState({ busy: false });
  }
}

function merge(old: SearchSound[], made: SearchSound[]): SearchSound[] {
  const sounds = [...old];
  for (const sound of made) sounds[sound.number] = sound;
  return sounds;
}

export function hear(sound: SearchSound): void {
  stand(sound.place);
}

/** The sound that plays, sliders taken in. */
export async function beginHere(): Promise<void> {
  const made = await ask(async (session) => [
    await api.beginSearch(session, { place: await placeNow(), note: "what played" }),
  ]);
  if (made[0]) {
    show("");
    hear(made[0]);
  }
}

export async function beginAnywhere(count: number): Promise<void> {
  const made = await ask(async (session) => {
    const found: SearchSound[] = [];
    for (let k = 0; k < count; k++) {
      found.push(await api.beginSearch(session, { seed: Math.floor(Math.random() * 2 ** 31) }));
    }
    return found;
  });
  if (made[0]) {
    show("");
    hear(made[0]);
  }
}

export async function addExample(file: File): Promise<void> {
  const made = await ask((session) =>
    withUpload(file, async (upload) => [await api.addExample(session, { upload })]),
  );
  if (made[0]) {
    show("");
    hear(made[0]);
  }
}

/** @param parents numbers; none: all that is liked. */
export async function makeChildren(parents: number[]): Promise<void> {
  const { count, strength } = useView.getState();
  const made = await ask((session) => api.addChildren(session, { parents, count, strength }));
  if (made[0]) {
    show(keyOf(made[0].parents));
    hear(made[0]);
  }
}

export async function judge(sound: SearchSound, opinion: number): Promise<void> {
  await ask(async (session) => [await api.judgeSound(session, sound.number, { opinion })]);
}

export async function beginAnew(): Promise<void> {
  await ask(async (session) => {
    await api.clearSearch(session);
    queries.setQueryData<SearchNow>(queryKey(session), (now) => now && { ...now, sounds: [] });
    return [];
  });
  show("");
}
