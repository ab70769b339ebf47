import { Controls } from "../../panels/Controls";
import { PlacePanel } from "../../panels/PlacePanel";
import { StateLine } from "../../panels/StateLine";
import { useInstrument } from "../../panels/useInstrument";
import { Spectrogram } from "../../spectrogram/Spectrogram";
import { Sensed } from "./Sensed";
import "./face.css";

/** A face plays; the page shows what is heard, never who plays. */
export default function FacePage() {
  const details = useInstrument();
  if (!details) return <p className="soft">Opening…</p>;
  const sensed = details.controls.filter((card) => card.group === "sensed");
  const sound = details.controls.filter((card) => card.group !== "sensed");
  return (
    <>
      <StateLine />
      <div className="stage-head">
        <h1>{details.title}</h1>
        <p className="soft">{details.description}</p>
      </div>
      <div className="stage">
        <div className="stack">
          <div className="picture-box tall">
            <Spectrogram />
          </div>
          <Sensed cards={sensed} />
        </div>
        <div className="stack">
          <PlacePanel places={details.places} bundle={details.bundle} follows />
          <Controls title="Sound" cards={sound} />
        </div>
      </div>
    </>
  );
}
