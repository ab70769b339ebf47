import { Controls } from "../../panels/Controls";
import { useInstrument } from "../../panels/useInstrument";
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
      <div className="stage notes-stage">
        <div className="stack">
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
