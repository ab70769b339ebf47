/** The sounds of the player's own that this page asks with; forgotten when the page is left. */
import { create } from "zustand";
import { ApiError } from "../../generated/api";
import { STRENGTH } from "../../kit/strength";
import { controlTitle } from "../../kit/words";
import { say, sayError } from "../../play/store";
import { soundLike, takeFrom } from "../../play/texture";

interface OwnSound {
  /** the sound that it shall be like */
  like: File | null;
  strength: number;
  /** the place that was found for it */
  found: number[] | null;
  /** gives attributes; null: the same file as `like` */
  source: File | null;
  attributes: string[];
  busy: "" | "like" | "transfer";
}

export const useOwnSound = create<OwnSound>(() => ({
  like: null,
  strength: STRENGTH.rest,
  found: null,
  source: null,
  attributes: [],
  busy: "",
}));

const { getState: get, setState: set } = useOwnSound;

async function ask(what: "like" | "transfer", work: () => Promise<void>): Promise<void> {
  if (get().busy) return;
  set({ busy: what });
  try {
    await work();
  } catch (error) {
    sayError(error);
  } finally {
    set({ busy: "" });
  }
}

/** The texture goes where it sounds like the file. */
export function makeLike(file: File): Promise<void> {
  return ask("like", async () => {
    const before = get().like;
    set({ like: file });
    try {
      set({ found: (await soundLike(file, get().strength)).w });
    } catch (error) {
      // What cannot be read is not what the texture is like.
      if (error instanceof ApiError) set({ like: before });
      throw error;
    }
    say("info", `The texture sounds like ${file.name} now.`);
  });
}

export function giveAttributes(): Promise<void> {
  const { source, like, attributes } = get();
  const file = source ?? like;
  if (!file || attributes.length === 0) return Promise.resolve();
  return ask("transfer", async () => {
    await takeFrom(file, attributes);
    say("info", `${attributes.map(controlTitle).join(", ")} of ${file.name}: taken over.`);
  });
}
