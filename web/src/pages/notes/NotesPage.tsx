import { Controls } from "../../panels/Controls";
import { StateLine } from "../../panels/StateLine";
import { useInstrument } from "../../panels/useInstrument";
import { Spectrogram } from "../../spectrogram/Spectrogram";
import { Choice } from "./Choice";
import { MidiDevices } from "./MidiDevices";
import { Piano } from "./Piano";
import { PadPanel } from "./PadPanel";
import { SongDrop } from "./SongDrop";
import "./notes.css";

/** A keyboard, a MIDI device, a pad or a file plays the synthesizer. */
export default function NotesPage() {
  const details = useInstrument();
  if (!details) return <p className="soft">Opening…</p>;
  return (
    <>
      <StateLine />
      <div className="stage-head">
        <h1>{details.title}</h1>
        <p className="soft">{details.description}</p>
      </div>
      <div className="stage notes-stage">
        <div className="stack">
          <div className="picture-box">
            <Spectrogram />
          </div>
          <Piano />
          <div className="notes-under">
            <SongDrop />
            <MidiDevices />
          </div>
        </div>
        <div className="stack">
          <Choice names={details.choices["instrument"] ?? []} />
          <PadPanel places={details.places} bundle={details.bundle} />
          <Controls title="Sound" cards={details.controls} />
        </div>
      </div>
    </>
  );
}
