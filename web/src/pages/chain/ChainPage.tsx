import { Controls } from "../../panels/Controls";
import { PlacePanel } from "../../panels/PlacePanel";
import { useInstrument } from "../../panels/useInstrument";
import { linesInForce, sourcesIn } from "../../play/map";
import { usePlay } from "../../play/store";
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
      <div className="stage">
        <div className="stack">
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
