/** Files that are dropped anywhere: a sound finds its place, a MIDI file plays, a set is opened, a model is imported. */
import { useEffect } from "react";
import { api } from "../generated/api";
import { droppable, kindOf, oneAtATime, type FileKind } from "../kit/files";
import { patchToText } from "../play/patch";
import { say, sayError, usePlay } from "../play/store";
import { withUpload } from "../play/upload";
import { go } from "./address";
import { arrive } from "./arrive";
import { giveModel, giveSet, giveSound, giveVideo } from "./dropped";
import { instrumentOf, pathOf } from "./addresses";
import { isGuest } from "./entry";

const MODELS = "/models";

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

/** Looked into on its page before anything is kept. */
function takeModel(file: File): void {
  if (isGuest()) {
    say("warning", `${file.name} is a model: whoever runs the studio imports those.`);
    return;
  }
  giveModel(file);
  if (location.pathname !== MODELS) go(MODELS);
}

const TAKES: Record<FileKind, (file: File) => void> = {
  sound: (file) => void takeSound(file).catch(sayError),
  midi: (file) => void takeSong(file).catch(sayError),
  set: giveSet,
  model: takeModel,
  network: takeModel,
  video: (file) => {
    if (!giveVideo(file)) say("warning", `${file.name} is a video: Vision and Voice take the sound of one.`);
  },
};

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
      if (event.dataTransfer.files.length > 1) say("warning", oneAtATime(file.name));
      const kind = kindOf(file);
      if (kind) TAKES[kind](file);
      else say("warning", `${file.name} is nothing to play or import. Drop ${droppable()}.`);
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, []);
}
