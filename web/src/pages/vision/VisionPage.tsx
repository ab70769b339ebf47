import { useEffect, useState } from "react";
import { takeSounds } from "../../app/dropped";
import { useGuest } from "../../app/useGuest";
import { useNarrow } from "../../app/useNarrow";
import type { InstrumentDetails } from "../../generated/api";
import { Parts } from "../../kit/Parts";
import { useInstrument } from "../../panels/useInstrument";
import PresetBrowser from "../../presets/PresetBrowser";
import { Heard } from "./Heard";
import { Moods } from "./Moods";
import { Movement } from "./Movement";
import { Music } from "./Music";
import { openMusic } from "./music";
import { Prompt } from "./Prompt";
import { Safety } from "./Safety";
import "../../styles/tall.css";
import "./vision.css";

const PARTS = [
  { value: "moods", label: "Moods" },
  { value: "movement", label: "Movement" },
  { value: "heard", label: "Heard" },
  { value: "presets", label: "Presets" },
] as const;
type Part = (typeof PARTS)[number]["value"];

/** Music becomes pictures: what plays and what is heard of it below the picture, what it does beside it. */
export default function VisionPage() {
  const details = useInstrument();
  const narrow = useNarrow();
  // A sound that is dropped anywhere on this page and carries no patch.
  useEffect(() => takeSounds((file) => void openMusic(file), true), []);
  if (!details) return <p className="page-word soft">Opening…</p>;
  return narrow ? <Narrow details={details} /> : <Wide details={details} />;
}

function Wide({ details }: { details: InstrumentDetails }) {
  const guest = useGuest();
  return (
    <>
      <div className="tall-below">
        <Music />
        <Heard details={details} />
      </div>
      <aside className="rail tall-rail" aria-label="What is seen">
        {!guest && <Prompt />}
        <Moods details={details} />
        <Movement details={details} />
        <Safety details={details} />
      </aside>
    </>
  );
}

function Narrow({ details }: { details: InstrumentDetails }) {
  const guest = useGuest();
  const [part, setPart] = useState<Part>("moods");
  return (
    <div className="vision-narrow">
      <Music />
      <Parts className="vision-part" value={part} options={PARTS} onChange={setPart}>
        {part === "moods" && (
          <>
            {!guest && <Prompt />}
            <Moods details={details} />
          </>
        )}
        {part === "movement" && (
          <>
            <Movement details={details} />
            <Safety details={details} />
          </>
        )}
        {part === "heard" && <Heard details={details} />}
        {part === "presets" && <PresetBrowser onDone={() => setPart("moods")} />}
      </Parts>
    </div>
  );
}
