/** A sound file of the studio's own, dropped anywhere: the sound that it was played with comes back. */
import { useEffect } from "react";
import { api } from "../generated/api";
import { patchToText } from "../play/patch";
import { say, sayError } from "../play/store";
import { withUpload } from "../play/upload";
import { go } from "./address";
import { giveSound } from "./dropped";
import { pathOf } from "./pages";

const SOUND = /\.(wav|flac|ogg|mp3|aiff?|m4a)$/i;

async function take(file: File): Promise<void> {
  const patch = await withUpload(file, (upload) => api.getPatchOfUpload({ upload }));
  if (patch) {
    go(`${pathOf(patch.instrument)}?sound=${patchToText(patch)}`);
    say("info", `The sound of ${file.name} is set.`);
  } else if (!giveSound(file)) {
    say("warning", `${file.name} carries no sound of the studio's. On the Texture page it can be what the texture is like.`);
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
      else say("warning", "Sound files can be dropped here: the studio's own set what they were played with.");
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, []);
}
