import { patchToText } from "./patch";
import { say, usePlay } from "./store";

/** A link that carries the sound as it is now goes to the clipboard. */
export function copyLink(): void {
  const { patch } = usePlay.getState();
  if (!patch) return;
  const link = `${location.origin}${location.pathname}?sound=${patchToText(patch)}`;
  navigator.clipboard.writeText(link).then(
    () => say("info", "The link to this sound is copied."),
    () => say("warning", `The browser does not let the page copy. The link: ${link}`),
  );
}
