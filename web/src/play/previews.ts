/** Before it plays, the picture is the preset's own: silent, and alive. */
import { api } from "../generated/api";
import { previewFrom } from "../picture/preview";
import { sayError, usePlay, type PlayState } from "./store";

/** As long as the shell is there. @returns how to end. */
export function showPreviews(): () => void {
  let shown: string | null = null;
  const look = ({ preset, status }: PlayState) => {
    const id = status === "silent" ? (preset?.id ?? null) : shown;
    if (id === shown) return;
    shown = id;
    previewFrom(id && api.presetPreviewUrl(id)).catch(sayError);
  };
  look(usePlay.getState());
  return usePlay.subscribe(look);
}
