import { useRef } from "react";
import { accepts } from "../../kit/files";
import { Icon } from "../../kit/Icon";
import { clock } from "../../kit/words";
import { barAt } from "../../midi/bars";
import { pauseSong, playFrom, playSong, readSong, toggleLoop, useSong } from "../../midi/song";
import { sayError } from "../../play/store";
import { Roll } from "./Roll";
import { SongTempo } from "./SongTempo";

/** A MIDI file: play it, go to any place of it, play some bars again and again. */
export function FileStrip() {
  const name = useSong((state) => state.name);
  const file = useSong((state) => state.file);
  const playing = useSong((state) => state.playing);
  const looping = useSong((state) => state.looping);
  const loop = useSong((state) => state.loop);
  const bars = file?.bars ?? [];
  const between = loop ? `bars ${barAt(bars, loop.from) + 1} to ${barAt(bars, loop.to - 0.01)+ 1}` : "four bars";
  return (
    <section className={file ? "file-strip" : "file-strip empty"} aria-label="MIDI file">
      {file ? (
        <>
          <button
            type="button"
            className="icon-button file-play"
            aria-label={playing ? "Pause the file" : "Play the file"}
            onClick={playing ? pauseSong : playSong}
          >
            <Icon sign={playing ? "pause" : "play"} />
          </button>
          <div className="file-words">
            <b title={name}>{name}</b>
            <Where />
          </div>
          <Roll file={file} />
          <button
            type="button"
            className="icon-button"
            aria-pressed={looping}
            aria-label={`Loop ${between}`}
            data-tip={`Play ${between} again and again.`}
            onClick={toggleLoop}
          >
            <Icon sign="loop" />
          </button>
          <SongTempo />
          <Open label="Open a file" />
        </>
      ) : (
        <>
          <Icon sign="file" />
          <p className="soft">Drop a MIDI file anywhere to play it.</p>
          <Open label="Open a file" />
        </>
      )}
    </section>
  );
}

/** 0:21 of 1:08 · bar 9 */
function Where() {
  const text = useSong(({ file, position }) =>
    file ? `${clock(position)} of ${clock(file.length)} · bar ${barAt(file.bars, position) + 1}` : "",
  );
  return <span className="soft small">{text}</span>;
}

function Open({ label }: { label: string }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className="button" onClick={() => input.current?.click()}>
        {label}
      </button>
      <input
        ref={input}
        type="file"
        accept={`${accepts("midi")},audio/midi`}
        hidden
        aria-label="MIDI file"
        onChange={(event) => {
          const given = event.target.files?.[0];
          event.target.value = "";
          if (given) readSong(given).then(playFrom).catch(sayError);
        }}
      />
    </>
  );
}
