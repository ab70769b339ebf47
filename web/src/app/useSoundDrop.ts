/** Files that are dropped anywhere: a sound finds its place, a MIDI file plays, a set is opened. */
import { useEffect } from "react";
import { api } from "../generated/api";
import { isSet } from "../kit/set-name";
import { patchToText } from "../play/patch";
import { say, sayError, usePlay } from "../play/store";
import { withUpload } from "../play/upload";
import { go } from "./address";
import { arrive } from "./arrive";
import { giveSet, giveSound, giveVideo } from "./dropped";
import { instrumentOf, pathOf } from "./addresses";

const VIDEO = /\.(mp4|mov|webm|mkv|avi)$/i;
const SOUND = /\.(wav|flac|ogg|mp3|aiff?|m4a)$/i;
const MODEL = /\.resonance$/i;
const MIDI = /\.midi?$/i;

/** The studio's own sounds carry what they were played with. */
async function takeSound(file: File): Promise<void> {
  const patch = await withUpload(file, (upload) => api.getPatchOfUpload({ upload }));
  if (patch) {
    go(`${pathOf(patch.instrument)}?sound=${patchToText(patch)}`);
    say("info", `The sound of ${file.name} is set.`);
    return;
  }
  if (giveSound(file)) return;
  await arrive("texture");
  giveSound(file);
}

/** On a page that plays notes it stays there; a damaged file moves nothing. */
async function takeSong(file: File): Promise<void> {
  const { playFrom, readSong } = await import("../midi/song");
  const song = await readSong(file);
  const { details } = usePlay.getState();
  if (!details?.midi || instrumentOf(location.pathname) !== details.name) await arrive("notes");
  playFrom(song);
}

export function useSoundDrop(): void {
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      if (isSet(file)) giveSet(file);
      else if (MIDI.test(file.name)) takeSong(file).catch(sayError);
      else if (SOUND.test(file.name)) takeSound(file).catch(sayError);
      else if (VIDEO.test(file.name) && giveVideo(file)) return;
      else if (MODEL.test(file.name)) say("warning", `${file.name} is a model: the Models page imports it.`);
      else say("warning", `${file.name} is no sound, MIDI file or set. Drop a WAV, FLAC, MP3, .mid or .resonance-set.`);
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, []);
}
