/** Recorded voices and their pictures, which the server keeps and paints. */
import { create } from "zustand";
import { queries } from "../../app/queries";
import { api, type Painting, type PictureRequest, type VoiceTake } from "../../generated/api";
import { sayError, usePlay } from "../../play/store";
import { withUpload } from "../../play/upload";
import { useAsk } from "./ask";

interface TakesState {
  takes: VoiceTake[] | null;
  /** shown and heard */
  chosen: string | null;
  /** beside it, while two are compared */
  other: string | null;
  comparing: boolean;
  /** by take */
  paintings: Record<string, Painting>;
  /** what is being done */
  busy: string;
  /** one line where a recording could not be used */
  refused: string;
}

export const useTakes = create<TakesState>(() => ({
  takes: null,
  chosen: null,
  other: null,
  comparing: false,
  paintings: {},
  busy: "",
  refused: "",
}));

const get = useTakes.getState;
const set = useTakes.setState;
const POLL_MS = 100;

export const isGoingOn = (painting: Painting | undefined): boolean => painting?.state === "waiting" || painting?.state === "painting";

/** The take that is shown, if there is one. */
export const chosenTake = ({ takes, chosen }: TakesState): VoiceTake | undefined => takes?.find(({ id }) => id === chosen);

/** Another address where it was painted anew. */
export function pictureUrl(take: VoiceTake): string | null {
  return take.picture && `${api.voiceTakePictureUrl(take.id)}?${take.picture.painted}`;
}

/** so many takes came in from this page */
let came = 0;

export async function loadTakes(): Promise<void> {
  const before = came;
  const takes = await api.listVoiceTakes();
  // One came in meanwhile, which this list may not have yet.
  if (came !== before) return loadTakes();
  const there = (id: string | null) => takes.some((take) => take.id === id);
  set(({ chosen, other }) => ({ takes, chosen: there(chosen) ? chosen : (takes[0]?.id ?? null), other: there(other) ? other : null }));
}

/** While two are compared, a second one; else the one that is shown. */
export function choose(id: string): void {
  const { comparing, chosen } = get();
  if (comparing && id !== chosen) set({ other: id });
  else set({ chosen: id, other: null });
}

export function compare(on: boolean): void {
  const { takes, chosen } = get();
  const other = on ? (takes?.find(({ id, picture }) => id !== chosen && picture)?.id ?? null) : null;
  set({ comparing: on, other });
}

/** A recording becomes a take, and the take a picture. */
export async function takeIn(sound: Blob, name: string): Promise<void> {
  if (get().busy) return;
  set({ busy: "Keeping it…", refused: "" });
  // As it is asked for now: the page may be left before the sound is kept.
  const request = asked();
  try {
    const made = await withUpload(new File([sound], name), (upload) => api.addVoiceTake({ upload }));
    came += 1;
    // The page may have been opened anew meanwhile, and have it already.
    set(({ takes }) => ({ takes: [made, ...(takes ?? []).filter(({ id }) => id !== made.id)], chosen: made.id, other: null, comparing: false }));
    void paint(made.id, request ?? asked());
  } catch (error) {
    set({ refused: error instanceof Error ? error.message : String(error) });
  } finally {
    set({ busy: "" });
  }
}

/** The model that the instrument plays paints the pictures as well. */
function asked(): PictureRequest | null {
  const { patch, details } = usePlay.getState();
  const bundle = patch?.bundle ?? details?.bundle;
  return bundle ? { ...useAsk.getState(), bundle } : null;
}

/** By what is set now; a picture that is being painted of it ends. */
export async function paint(id: string, request = asked()): Promise<void> {
  if (!request) return;
  try {
    note(id, await api.beginPainting(id, request));
    await follow(id);
  } catch (error) {
    if (!gone.has(id)) sayError(error);
  }
}

export function paintChosen(): void {
  const { chosen } = get();
  if (chosen) void paint(chosen);
}

export async function cancel(id: string): Promise<void> {
  await api.cancelPainting(id).catch(sayError);
}

const followed = new Set<string>();
/** deleted from this page, perhaps while their pictures were painted */
const gone = new Set<string>();

async function follow(id: string): Promise<void> {
  if (followed.has(id)) return;
  followed.add(id);
  try {
    while (isGoingOn(get().paintings[id])) {
      await new Promise((done) => setTimeout(done, POLL_MS));
      if (gone.has(id)) return;
      const now = await api.getPainting(id);
      if (!now) break;
      note(id, now);
    }
    const take = await api.getVoiceTake(id);
    set(({ takes }) => ({ takes: takes?.map((one) => (one.id === id ? take : one)) ?? null }));
    void queries.invalidateQueries({ queryKey: ["voices"] });
  } finally {
    followed.delete(id);
  }
}

function note(id: string, painting: Painting): void {
  set(({ paintings }) => ({ paintings: { ...paintings, [id]: painting } }));
}

export async function rename(id: string, name: string): Promise<void> {
  const made = await api.renameVoiceTake(id, { name });
  set(({ takes }) => ({ takes: takes?.map((one) => (one.id === id ? made : one)) ?? null }));
}

export async function remove(id: string): Promise<void> {
  gone.add(id);
  await api.removeVoiceTake(id).catch((error: unknown) => {
    gone.delete(id);
    throw error;
  });
  await loadTakes();
}
