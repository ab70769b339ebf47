/** A sound file of the studio's own, dropped anywhere: the sound that it was played with comes back. */
import { useEffect } from "react";
import { api } from "../generated/api";
import { patchToText } from "../play/patch";
import { say, sayError } from "../play/store";
import { go } from "./address";
import { PAGES } from "./pages";

const SOUND = /\.(wav|flac)$/i;

async function take(file: File): Promise<void> {
  const upload = await api.addUpload(file, { name: file.name });
  try {
    const patch = await api.getPatchOfUpload({ upload: upload.id });
    const page = PAGES.find(({ instrument }) => instrument === patch.instrument);
    if (!page) throw new Error(`There is no page for ${patch.instrument}.`);
    go(`${page.path}?sound=${patchToText(patch)}`);
    say("info", `The sound of ${file.name} is set.`);
  } finally {
    await api.removeUpload(upload.id);
  }
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
      if (SOUND.test(file.name)) take(file).catch(sayError);
      else say("warning", "Sound files of the studio can be dropped here: .wav or .flac.");
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, []);
}
