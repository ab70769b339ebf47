/** The tab's one session: which instrument it plays. */
import { ApiError, api } from "../generated/api";
import type { Patch } from "../generated/wire";
import { forgetEdits, keepNow, takePatch } from "./edit";
import { editsAt, keepEntered, leftAt, takeLeft } from "./left";
import { samePatch, textToPatch } from "./patch";
import { firstPreset } from "./presets";
import { another, keepSession } from "./sound";
import { say, usePlay } from "./store";
import { inTurn } from "./turns";

const get = usePlay.getState;
const set = usePlay.setState;

let opening: { instrument: string; done: Promise<void> } | null = null;
let entering = 0;

/**
 * The session plays this instrument from now on, as it was left in this tab. Sound goes on: the old
 * one until the new one is there.
 *
 * @param shared a patch from the address, as text.
 */
export function enter(instrument: string, shared: string | null = null): Promise<void> {
  if (opening?.instrument === instrument && !shared) return opening.done;
  keepEntered(instrument);
  const done = open(instrument, shared).finally(() => {
    if (opening?.done === done) opening = null;
  });
  opening = { instrument, done };
  return done;
}

async function open(instrument: string, shared: string | null): Promise<void> {
  const turn = ++entering;
  const given = shared ? textToPatch(shared) : null;
  if (shared && given?.instrument !== instrument) say("warning", "The link carries no sound of this instrument.");
  const wanted = given?.instrument === instrument ? given : null;
  const before = get();
  if (before.details?.name === instrument && before.session) {
    if (wanted) await takePatch(wanted);
    return;
  }
  await keepNow();
  leave(before.patch);
  set({ details: null });
  const left = wanted ? null : leftAt(instrument);
  const preset = wanted || left ? null : await firstPreset(instrument);
  const patch = wanted ?? left?.patch ?? preset?.patch;
  const [session, details] = await Promise.all([
    inTurn(async () => (turn === entering ? play(before.session, patch ?? { instrument }) : null)),
    api.getInstrument(instrument, { bundle: patch?.bundle ?? null }),
  ]);
  // Who leaves before it is asked for asks for nothing: the last one entered is what the server opens last.
  if (session === null || turn !== entering) return;
  keepSession(session.id);
  forgetEdits();
  set({
    details,
    patch: session.patch,
    preset: left?.preset ?? (preset && { id: preset.id, name: preset.name }),
    sides: { a: session.patch, b: preset?.other ?? null },
    ...(left && samePatch(left.patch, session.patch) ? editsAt(instrument) : null),
  });
}

/** The session with this patch; a new one where there was none, or the server has forgotten it. In turn with all patches. */
async function play(known: string | null, patch: Patch | { instrument: string }) {
  const id = known ?? sessionStorage.getItem("session");
  if (id) {
    try {
      const now = await api.getSession(id);
      if ("controls" in patch ? samePatch(now.patch, patch) : now.patch.instrument === patch.instrument) return now;
      return await another(() => api.putPatch(id, patch));
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }
  return api.makeSession(patch);
}

function leave(patch: Patch | null): void {
  if (!patch) return;
  const { preset, history, sides, morph } = get();
  takeLeft({ patch, preset }, { history, sides, morph });
}

addEventListener("pagehide", () => leave(get().patch));
