import { Suspense, useState } from "react";
import { part } from "../app/part";
import { useGuest } from "../app/useGuest";
import { Icon } from "../kit/Icon";
import { Popover } from "../kit/Popover";
import { stepPreset, usePresets } from "../play/presets";
import { sayError, usePlay } from "../play/store";
import { useSetPreset } from "./useSetPreset";

const PresetBrowser = part(() => import("./PresetBrowser"));
const KeepPreset = part(() => import("./KeepPreset"));

/** The preset that is set, its neighbours, and a heart that keeps the sound as it is. */
export function PresetChooser() {
  const details = usePlay((state) => state.details);
  const name = usePlay((state) => state.preset?.name ?? "No preset");
  const { preset, changed } = useSetPreset();
  const none = usePresets(details?.name ?? null).data?.length === 0;
  const kept = preset !== null && !preset.factory && !changed;
  const guest = useGuest();
  const [open, setOpen] = useState<{ what: "browse" | "keep"; at: HTMLElement } | null>(null);
  const close = () => setOpen(null);
  const step = (by: 1 | -1) => void stepPreset(by).catch(sayError);
  return (
    <div className="preset-chooser" role="group" aria-label="Preset">
      <button type="button" className="icon-button" aria-label="Previous preset" data-tip="Previous preset ( [ )." disabled={!details || none} onClick={() => step(-1)}>
        <Icon sign="left" />
      </button>
      <button
        id="preset"
        type="button"
        className="preset-name"
        aria-haspopup="dialog"
        aria-label={`Presets: ${name}${changed ? ", changed" : ""}`}
        disabled={!details}
        onClick={(event) => setOpen({ what: "browse", at: event.currentTarget })}
      >
        <span title={name}>{name}</span>
        {changed && <i className="preset-changed" data-tip="Something was moved since." />}
        <Icon sign="down" size={16} />
      </button>
      <button type="button" className="icon-button" aria-label="Next preset" data-tip="Next preset ( ] )." disabled={!details || none} onClick={() => step(1)}>
        <Icon sign="right" />
      </button>
      {!guest && (
        <button
          type="button"
          className="icon-button heart"
          aria-label="Keep this sound"
          aria-pressed={kept}
          data-tip={kept ? "This is one of yours." : "Keep the sound as it is now."}
          disabled={!details}
          onClick={(event) => setOpen({ what: "keep", at: event.currentTarget })}
        >
          <Icon sign={kept ? "loved" : "heart"} />
        </button>
      )}
      {open && (
        <Popover label={open.what === "browse" ? "Presets" : "Keep this sound"} at={open.at} onClose={close} className={open.what === "browse" ? "preset-popover wide" : "preset-popover"}>
          <Suspense fallback={<p className="soft">Opening…</p>}>
            {open.what === "browse" ? <PresetBrowser /> : <KeepPreset onDone={close} />}
          </Suspense>
        </Popover>
      )}
    </div>
  );
}
