import { useEffect, useState, type ReactNode } from "react";
import { go, usePath } from "../../app/address";
import { takeSounds } from "../../app/dropped";
import { instrumentOf, pathOf } from "../../app/addresses";
import { useNarrow } from "../../app/useNarrow";
import type { InstrumentDetails } from "../../generated/api";
import { Parts } from "../../kit/Parts";
import { ControlSlider } from "../../panels/ControlSlider";
import { useInstrument } from "../../panels/useInstrument";
import PresetBrowser from "../../presets/PresetBrowser";
import { makeLike } from "./own-sound";
import { Shape } from "./Shape";
import { Sound } from "./Sound";
import "./texture.css";
import { Ways, WAYS } from "./Ways";

const KEPT_BELOW = 2;
const PARTS = [
  { value: "map", label: "Map" },
  { value: "shape", label: "Shape" },
  { value: "sound", label: "Sound" },
  { value: "presets", label: "Presets" },
] as const;
type Part = (typeof PARTS)[number]["value"];

/** Sounds on a map, and what shapes them beside it; on a phone one after the other. */
export default function TexturePage() {
  const details = useInstrument();
  const path = usePath();
  const narrow = useNarrow();
  const base = pathOf(instrumentOf(path));
  // A sound that is dropped anywhere on this page and carries no patch.
  useEffect(
    () =>
      takeSounds((file) => {
        go(base + WAYS.sound.path);
        void makeLike(file);
      }),
    [base],
  );
  if (!details) return <p className="page-word soft">Opening…</p>;
  const ways = <Ways details={details} base={base} path={path} narrow={narrow} />;
  return narrow ? <Narrow details={details} ways={ways} /> : <Wide details={details} ways={ways} />;
}

function Wide({ details, ways }: { details: InstrumentDetails; ways: ReactNode }) {
  return (
    <div className="regions">
      <section className="region texture-ways" aria-label="Where to find sounds">
        {ways}
      </section>
      <aside className="rail" aria-label="What shapes the sound">
        <Shape details={details} />
        <Sound details={details} />
      </aside>
    </div>
  );
}

function Narrow({ details, ways }: { details: InstrumentDetails; ways: ReactNode }) {
  const [part, setPart] = useState<Part>("map");
  const kept = details.controls.filter(({ group }) => group === "meaning").slice(0, KEPT_BELOW);
  return (
    <div className="texture-narrow">
      <Parts className="texture-part" also={part === "map" && "ways"} value={part} options={PARTS} onChange={setPart}>
        {part === "map" && ways}
        {part === "shape" && <Shape details={details} />}
        {part === "sound" && <Sound details={details} />}
        {part === "presets" && <PresetBrowser onDone={() => setPart("map")} />}
      </Parts>
      {part !== "shape" && kept.length > 0 && (
        <section className="texture-kept" aria-label="Kept controls">
          {kept.map((card) => (
            <ControlSlider key={card.name} card={card} />
          ))}
        </section>
      )}
    </div>
  );
}
