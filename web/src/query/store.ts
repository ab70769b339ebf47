/** The search of each model, kept in the browser. */
import { create } from "zustand";
import { api } from "../generated/api";
import { beginGesture, endGesture, setPlace } from "../play/player";
import { sayError } from "../play/store";
import { beginning, breed, CHILDREN, childrenOf, type Lineage } from "./lineage";

interface QueryState {
  bundle: string;
  lineage: Lineage;
  heard: number | null;
  busy: boolean;
}

export const useQueryState = create<QueryState>(() => ({ bundle: "", lineage: beginning, heard: null, busy: false }));

const key = (bundle: string) => `query/${bundle}`;

function keep(lineage: Lineage): void {
  const { bundle } = useQueryState.getState();
  useQueryState.setState({ lineage });
  try {
    localStorage.setItem(key(bundle), JSON.stringify(lineage));
  } catch {
    // The browser's store is full: the search goes on, it is only not kept.
  }
}

export function openQuery(bundle: string): void {
  if (useQueryState.getState().bundle === bundle) return;
  let lineage = beginning;
  try {
    const text = localStorage.getItem(key(bundle));
    if (text) lineage = JSON.parse(text) as Lineage;
  } catch {
    // What cannot be read is begun anew.
  }
  useQueryState.setState({ bundle, lineage, heard: null });
}

export async function makeChildren(spread: number): Promise<void> {
  const { bundle, lineage } = useQueryState.getState();
  useQueryState.setState({ busy: true });
  try {
    const seeds = Array.from({ length: 2 * CHILDREN }, () => Math.floor(Math.random() * 2 ** 31));
    const places = await Promise.all(seeds.map((seed) => api.getRandomPlace(bundle, { seed })));
    keep(breed(lineage, places.map(({ w }) => w ?? []), spread));
  } catch (error) {
    sayError(error);
  } finally {
    useQueryState.setState({ busy: false });
  }
}

export function hear(id: number): void {
  const sound = useQueryState.getState().lineage.sounds.find((one) => one.id === id);
  if (!sound) return;
  useQueryState.setState({ heard: id });
  beginGesture();
  setPlace({ w: sound.w, weights: {} });
  endGesture();
}

/** Its children are heard from here on; null: from the beginning. */
export function follow(id: number | null, spread: number): void {
  const { lineage } = useQueryState.getState();
  keep({ ...lineage, parent: id });
  if (id !== null) hear(id);
  if (childrenOf(lineage, id).length === 0) void makeChildren(spread);
}

export function forget(): void {
  keep(beginning);
  useQueryState.setState({ heard: null });
}
