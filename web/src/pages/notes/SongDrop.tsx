import { useRef, useState, type DragEvent } from "react";
import { clock } from "../../kit/words";
import { readMidiFile } from "../../midi/file";
import { playSong, stopSong, useSong } from "../../midi/song";
import { start } from "../../play/sound";
import { say, usePlay } from "../../play/store";

const MOST_BYTES = 8 << 20;

/** A MIDI file that is dropped here is played with the sound that is set. */
export function SongDrop() {
  const song = useSong();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = async (file: File | undefined) => {
    if (!file) return;
    try {
      if (file.size > MOST_BYTES) throw new Error("This is no MIDI file.");
      const events = readMidiFile(await file.arrayBuffer());
      if (events.length === 0) throw new Error("There are no notes in this file.");
      await start();
      await playing();
      playSong(file.name, events);
    } catch (error) {
      say("error", error instanceof RangeError ? "The MIDI file is damaged." : (error as Error).message);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    <section
      className={over ? "card stack drop over" : "card stack drop"}
      aria-label="MIDI file"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <h2>MIDI file</h2>
      {song.playing ? (
        <div className="row">
          <span className="song-name">{song.name}</span>
          <span className="soft small">
            {clock(song.seconds)} of {clock(song.length)}
          </span>
          <button type="button" onClick={stopSong}>
            End
          </button>
        </div>
      ) : (
        <div className="row">
          <span className="soft small">Drop a file here, or</span>
          <button type="button" onClick={() => input.current?.click()}>
            Choose a file
          </button>
        </div>
      )}
      <input
        ref={input}
        type="file"
        accept=".mid,.midi,audio/midi"
        hidden
        aria-label="MIDI file"
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </section>
  );
}

function playing(): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const { status, why } = usePlay.getState();
      if (status === "playing") resolve();
      else if (status === "failed" || status === "taken") reject(new Error(why));
      else return;
      unsubscribe();
    };
    const unsubscribe = usePlay.subscribe(look);
    look();
  });
}
