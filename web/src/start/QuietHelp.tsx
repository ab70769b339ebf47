import { useState } from "react";
import { Popover } from "../kit/Popover";
import { Slider } from "../kit/Slider";
import { setVolume } from "../play/sound";
import { sayError, usePlay } from "../play/store";
import { testTone } from "./tone";

/** A tone to listen for, the page's level, and where the output is chosen. */
export function QuietHelp({ at, onClose }: { at: HTMLElement; onClose: () => void }) {
  const volume = usePlay((state) => state.volume);
  const [sounding, setSounding] = useState(false);
  const listen = () => {
    setSounding(true);
    testTone(volume)
      .catch(sayError)
      .finally(() => setSounding(false));
  };
  return (
    <Popover label="Sound" at={at} onClose={onClose}>
      <div className="stack">
        <button data-first type="button" className="button main" disabled={sounding} onClick={listen}>
          {sounding ? "Listen…" : "Play a test tone"}
        </button>
        <Slider
          id="start-volume"
          label="Volume"
          hint="How loud this page is; takes are recorded at full level."
          low={0}
          high={100}
          value={100 * volume}
          rest={100}
          shown={`${Math.round(100 * volume)} %`}
          onChange={(value) => setVolume(value / 100)}
        />
        <p className="soft">
          Nothing heard? Look whether this tab is muted, and turn up the system&apos;s own volume. The studio plays on the
          speaker that the system has chosen: choose another one in its sound settings, and it goes on there.
        </p>
      </div>
    </Popover>
  );
}
