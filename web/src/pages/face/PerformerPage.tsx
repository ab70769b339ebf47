import { Suspense, useEffect, useState, type ReactNode } from "react";
import { part } from "../../app/part";
import { useNarrow } from "../../app/useNarrow";
import { showPerformer } from "../../face/performer";
import type { InstrumentDetails } from "../../generated/api";
import { Segmented } from "../../kit/Segmented";
import { Gestures } from "./Gestures";
import { Performer } from "./Performer";
import { Sound, Timbre } from "./Rail";
import "./face.css";

const PresetBrowser = part(() => import("../../presets/PresetBrowser"));

const TABS = {
  face: "Face",
  sound: "Sound",
  place: "Place",
  presets: "Presets",
} as const;
type Tab = keyof typeof TABS;

/** An instrument from what it says of itself: who performs, what each gesture moves, the sound, its places. */
export function PerformerPage({ details, performed }: { details: InstrumentDetails; performed: boolean }) {
  const narrow = useNarrow();
  const [tab, setTab] = useState<Tab>(performed ? "face" : "sound");
  const [sliders, setSliders] = useState(false);
  useEffect(() => (performed ? showPerformer() : undefined), [performed]);
  const face = performed && (
    <>
      <Performer sliders={sliders} onSliders={setSliders} />
      <Gestures details={details} sliders={sliders} />
    </>
  );
  const timbre = details.places.length > 1 && <Timbre details={details} follows={performed} />;
  if (!narrow) {
    return (
      <div className={face ? "regions face-above" : "regions"}>
        {face || <section className="region face-alone">{timbre}</section>}
        <aside className="rail" aria-label="Sound and timbre">
          {face && timbre}
          <Sound details={details} />
        </aside>
      </div>
    );
  }
  const shown: Record<Tab, ReactNode> = {
    face,
    sound: <Sound details={details} />,
    place: timbre,
    presets: (
      <Suspense fallback={<p className="soft">Opening…</p>}>
        <PresetBrowser onDone={() => undefined} />
      </Suspense>
    ),
  };
  const tabs = (Object.keys(TABS) as Tab[]).filter((each) => Boolean(shown[each]));
  return (
    <div className="face-tabs">
      <Segmented
        label="What is shown"
        value={tab}
        options={tabs.map((value) => ({ value, label: TABS[value] }))}
        onChange={setTab}
      />
      <div className={tab === "face" ? "face-tab" : "face-tab rail"}>{shown[tab]}</div>
    </div>
  );
}
