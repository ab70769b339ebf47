import { usePath } from "../../app/address";
import { chainOf } from "../../app/pages";
import { Controls } from "../../panels/Controls";
import { PlacePanel } from "../../panels/PlacePanel";
import { StateLine } from "../../panels/StateLine";
import { useInstrument } from "../../panels/useInstrument";
import { usePlay } from "../../play/store";
import { Spectrogram } from "../../spectrogram/Spectrogram";

/** Any instrument that is a chain of parts, made of what it says of itself. */
export default function ChainPage() {
  const name = chainOf(usePath());
  const ready = useInstrument(name);
  const details = usePlay((state) => state.details);
  if (!ready || !details) return <p className="soft">Opening…</p>;
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
          <div className="picture-box">
            <Spectrogram />
          </div>
          {sensed.length > 0 && (
            <div className="wide-controls">
              <Controls title="Performance" cards={sensed} />
            </div>
          )}
        </div>
        <div className="stack">
          <PlacePanel places={details.places} bundle={details.bundle} follows={sensed.length > 0} />
          {sound.length > 0 && <Controls title="Sound" cards={sound} />}
        </div>
      </div>
    </>
  );
}
