import { Suspense, useState } from "react";
import { part } from "../../app/part";
import { useNarrow } from "../../app/useNarrow";
import type { InstrumentDetails } from "../../generated/api";
import { Parts } from "../../kit/Parts";
import { useInstrument } from "../../panels/useInstrument";
import { FileStrip } from "./FileStrip";
import { Instruments } from "./Instruments";
import { KeysBar } from "./KeysBar";
import { PadPanel } from "./PadPanel";
import { Piano } from "./Piano";
import { Shape } from "./Shape";
import { useLetters } from "./useLetters";
import "./notes.css";

const PresetBrowser = part(() => import("../../presets/PresetBrowser"));

/** Keys, a MIDI device, a file or a preset's phrase play the synthesizer. */
export default function NotesPage() {
  const details = useInstrument();
  const narrow = useNarrow();
  useLetters();
  if (!details) return <p className="page-word soft">Opening…</p>;
  return (
    <div className="notes-page">
      {narrow ? <Tabbed details={details} /> : <Regions details={details} />}
      <Piano />
    </div>
  );
}

function Regions({ details }: { details: InstrumentDetails }) {
  return (
    <>
      <FileStrip />
      <div className="regions notes-regions">
        <section className="region notes-sounds" aria-label="Instruments">
          <Instruments details={details} />
        </section>
        <section className="region notes-pad" aria-label="Pad">
          <PadPanel details={details} />
        </section>
        <aside className="rail" aria-label="Sound">
          <Shape cards={details.controls} />
        </aside>
      </div>
      <KeysBar />
    </>
  );
}

const TABS = [
  { value: "keys", label: "Keys" },
  { value: "sounds", label: "Sounds" },
  { value: "pad", label: "Pad" },
  { value: "shape", label: "Shape" },
  { value: "presets", label: "Presets" },
] as const;

type Tab = (typeof TABS)[number]["value"];

/** On a phone one region at a time; the keyboard stays. */
function Tabbed({ details }: { details: InstrumentDetails }) {
  const [tab, setTab] = useState<Tab>("keys");
  return (
    <Parts className="notes-tab" also={`notes-tab-${tab}`} label="What is shown" value={tab} options={TABS} onChange={setTab}>
      {tab === "keys" && (
        <>
          <FileStrip />
          <KeysBar />
        </>
      )}
      {tab === "sounds" && <Instruments details={details} />}
      {tab === "pad" && <PadPanel details={details} />}
      {tab === "shape" && <Shape cards={details.controls} />}
      {tab === "presets" && (
        <Suspense fallback={<p className="soft">Opening…</p>}>
          <PresetBrowser onDone={() => undefined} />
        </Suspense>
      )}
    </Parts>
  );
}
