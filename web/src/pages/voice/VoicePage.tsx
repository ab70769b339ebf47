import { useEffect, useState } from "react";
import { takeSounds } from "../../app/dropped";
import { useNarrow } from "../../app/useNarrow";
import type { InstrumentDetails } from "../../generated/api";
import { Parts } from "../../kit/Parts";
import { useInstrument } from "../../panels/useInstrument";
import { choose } from "../../play/edit";
import { isOn, sayError, usePlay } from "../../play/store";
import PresetBrowser from "../../presets/PresetBrowser";
import { endLive, useLive } from "../../sound-in/live";
import "../../styles/tall.css";
import { useAsk } from "./ask";
import { Decides } from "./Decides";
import { Gallery } from "./Gallery";
import { KnownVoices } from "./KnownVoices";
import { Prompt } from "./Prompt";
import { Record } from "./Record";
import { leave } from "./recording";
import { Still } from "./Still";
import { loadTakes, takeIn } from "./takes";
import { useHeldKey } from "./useHeldKey";
import "./voice.css";
import { WhenLive } from "./WhenLive";

const PARTS = [
  { value: "takes", label: "Takes" },
  { value: "picture", label: "Picture" },
  { value: "live", label: "Live" },
  { value: "voices", label: "Voices" },
  { value: "presets", label: "Presets" },
] as const;
/** Of a prompt, in characters, and how long nothing is typed before it is played. */
const MOST = 500;
const TYPING_MS = 300;

type Part = (typeof PARTS)[number]["value"];

/** A recorded voice becomes a picture: the picture, the microphone, what it shall show, the takes. */
export default function VoicePage() {
  const details = useInstrument();
  const narrow = useNarrow();
  const status = usePlay((state) => state.status);
  const live = useLive((state) => state.source !== null);
  useEffect(() => takeSounds((file) => void takeIn(file, file.name), true), []);
  useEffect(() => {
    loadTakes().catch(sayError);
    return leave;
  }, []);
  // Stopped by whatever means: the microphone is let go of, and the last take is shown again.
  useEffect(() => {
    if (!isOn(status)) endLive();
  }, [status]);
  const prompt = useAsk((state) => state.prompt);
  const playing = live && isOn(status) && details?.choices.prompt !== undefined;
  // What is typed while it plays fades in; an empty line leaves the instrument's own prompt.
  useEffect(() => {
    if (!playing || !prompt) return;
    const later = setTimeout(() => choose("prompt", prompt.slice(0, MOST)), TYPING_MS);
    return () => clearTimeout(later);
  }, [playing, prompt]);
  useHeldKey();
  if (!details) return <p className="page-word soft">Opening…</p>;
  return (
    <>
      {!live && <Still details={details} />}
      {narrow ? <Narrow details={details} /> : <Wide details={details} />}
    </>
  );
}

function Wide({ details }: { details: InstrumentDetails }) {
  return (
    <>
      <Record />
      <Gallery />
      <aside className="rail tall-rail" aria-label="What is painted">
        <Prompt />
        <Decides />
        <WhenLive details={details} />
        <KnownVoices />
      </aside>
    </>
  );
}

function Narrow({ details }: { details: InstrumentDetails }) {
  const [part, setPart] = useState<Part>("takes");
  return (
    <div className="voice-narrow">
      <Record />
      <Parts className="voice-part" value={part} options={PARTS} onChange={setPart}>
        {part === "takes" && <Gallery />}
        {part === "picture" && (
          <>
            <Prompt />
            <Decides />
          </>
        )}
        {part === "live" && <WhenLive details={details} />}
        {part === "voices" && <KnownVoices />}
        {part === "presets" && <PresetBrowser onDone={() => setPart("takes")} />}
      </Parts>
    </div>
  );
}
