import { useRef, useState } from "react";
import { changeSettings } from "../../app/settings";
import type { Settings } from "../../generated/api";
import { Control } from "../../kit/Control";
import { setBuffer } from "../../play/sound";
import { Section } from "../sheet/Sheet";
import { msOf, readMs, REST_MS, travelOf } from "./buffer";

/** How much sound is kept ready: quick to the touch, or safe from breaks. */
export function Sound({ settings }: { settings: Settings }) {
  const [ms, setMs] = useState(settings.buffer_ms);
  // A press on the track changes and ends before it is drawn again.
  const last = useRef(ms);
  return (
    <Section title="Sound" help="studio#when-something-is-wrong">
      <div className="settings-control">
        <Control
          id="buffer"
          label="Buffer"
          hint="How much sound is kept ready."
          ends={["quick", "safe"]}
          travel={travelOf(ms)}
          rest={travelOf(REST_MS)}
          origin={0}
          shown={`${ms} ms`}
          read={readMs}
          onChange={(travel) => {
            last.current = msOf(travel);
            setMs(last.current);
          }}
          onEnd={() => {
            setBuffer(last.current);
            void changeSettings({ buffer_ms: last.current });
          }}
        />
      </div>
      <p className="soft">
        When the sound breaks up, the page keeps more by itself, up to 400 ms, and less again after a while without a
        break.
      </p>
    </Section>
  );
}
