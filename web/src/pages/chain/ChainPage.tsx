import { Controls } from "../../panels/Controls";
import { PlacePanel } from "../../panels/PlacePanel";
import { StateLine } from "../../panels/StateLine";
import { useInstrument } from "../../panels/useInstrument";
import { linesInForce, sourcesIn } from "../../play/map";
import { usePlay } from "../../play/store";
import { Spectrogram } from "../../spectrogram/Spectrogram";
import { Sensed } from "../face/Sensed";
import "../face/face.css";

/** Any instrument that is a chain of parts, made of what it says of itself. */
export default function ChainPage() {
  const details = useInstrument();
  const map = usePlay((state) => state.patch?.map);
  if (!details) return <p className="soft">Opening…</p>;
  const sources = sourcesIn(linesInForce(details.map, map ?? {}));
  const own = new Set(details.controls.map(({ name }) => name));
  const sensed = [
    ...details.controls.filter((card) => card.group === "sensed"),
    ...(details.senses["face"] ?? []).filter(({ name }) => sources.has(name) && !own.has(name)),
  ];
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
          {sensed.length > 0 && <Sensed cards={sensed} />}
        </div>
        <div className="stack">
          <PlacePanel places={details.places} bundle={details.bundle} follows={sensed.length > 0} />
          {sound.length > 0 && <Controls title="Sound" cards={sound} />}
        </div>
      </div>
    </>
  );
}
