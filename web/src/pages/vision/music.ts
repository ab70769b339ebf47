/** The music of the Vision page: a file at the server, a microphone, or another tab. */
import { create } from "zustand";
import { api, type Upload, type Waveform } from "../../generated/api";
import { nextId, send } from "../../play/sound";
import { sayError, usePlay } from "../../play/store";
import { endLive, playing } from "../../sound-in/live";

interface MusicState {
  /** what is being done */
  busy: string;
  file: Upload | null;
  waveform: Waveform | null;
}

export const useMusic = create<MusicState>(() => ({ busy: "", file: null, waveform: null }));

const get = useMusic.getState;
const set = useMusic.setState;

/** In a gesture of the player's: keep the file, look into it, play it. */
export async function openMusic(file: File): Promise<void> {
  set({ busy: `Reading ${file.name}` });
  try {
    const starting = playing();
    starting.catch(() => undefined); // told below
    const upload = await api.addUpload(file, { name: file.name });
    let waveform;
    try {
      waveform = await api.getWaveform(upload.id);
      await starting;
    } catch (error) {
      await api.removeUpload(upload.id).catch(() => undefined);
      throw error;
    }
    const before = get().file;
    endLive();
    set({ file: upload, waveform });
    send({ type: "open_sound", id: nextId(), source: "file", upload: upload.id });
    go({ playing: true });
    if (before) await api.removeUpload(before.id).catch(() => undefined);
  } catch (error) {
    sayError(error);
  } finally {
    set({ busy: "" });
  }
}

/** Back to the file that was played before. */
export function backToFile(): void {
  endLive();
  const { file } = get();
  send({ type: "open_sound", id: nextId(), source: file ? "file" : "none", upload: file?.id ?? null });
}

export function go({ playing = null, at = null }: { playing?: boolean | null; at?: number | null }): void {
  send({ type: "play_sound", id: nextId(), playing, at });
}

/** In a gesture: the page's sound begins where it does not play yet, and the file goes on. */
export async function playOn(): Promise<void> {
  try {
    await playing();
    const { file } = get();
    const heard = usePlay.getState().heard;
    if (file && heard?.upload !== file.id) send({ type: "open_sound", id: nextId(), source: "file", upload: file.id });
    go({ playing: true });
  } catch (error) {
    sayError(error);
  }
}

/** Another page of the same session finds its file again. */
export async function findFile(upload: string): Promise<void> {
  if (!upload || get().file?.id === upload) return;
  const found = (await api.listUploads()).find(({ id }) => id === upload);
  if (found) set({ file: found, waveform: await api.getWaveform(upload) });
}
