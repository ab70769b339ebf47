import { Controls } from "../../panels/Controls";
import { PlacePanel } from "../../panels/PlacePanel";
import { useInstrument } from "../../panels/useInstrument";
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
      <div className="stage">
        <div className="stack">
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
