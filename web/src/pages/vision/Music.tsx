import { useEffect, useRef } from "react";
import { allowed } from "../../app/entry";
import { useGuest } from "../../app/useGuest";
import { FileDrop } from "../../kit/FileDrop";
import { accepts } from "../../kit/files";
import { Icon } from "../../kit/Icon";
import { Segmented } from "../../kit/Segmented";
import { clock } from "../../kit/words";
import { sayError, usePlay } from "../../play/store";
import { openLive, useLive } from "../../sound-in/live";
import { backToFile, findFile, go, openMusic, playOn, useMusic } from "./music";
import { Waveform } from "./Waveform";

const FILES = accepts("sound", "video");

type Source = "file" | "microphone" | "tab";

const SOURCES: { value: Source; label: string; owner?: boolean }[] = [
  // Files are kept where they are played: not for guests of a room.
  { value: "file", label: "File", owner: true },
  { value: "microphone", label: "Microphone" },
  { value: "tab", label: "Other tab" },
];

/** What plays into the pictures: a file with its waveform, a microphone, another tab. */
export function Music() {
  const heard = usePlay((state) => state.heard);
  const live = useLive((state) => state.source);
  const guest = useGuest();
  const { file, waveform, busy } = useMusic();
  useEffect(() => {
    if (heard?.upload) findFile(heard.upload).catch(sayError);
  }, [heard?.upload]);
  const source: Source = live ?? "file";
  const choose = (next: Source) => {
    if (next === "file") backToFile();
    else void openLive(next);
  };
  const playing = heard?.source === "file" && heard.playing;
  return (
    <section className="vision-music" aria-label="Music">
      {source === "file" && file && (
        <>
          <button
            type="button"
            className="vision-pause"
            aria-label={playing ? "Pause the music" : "Play the music"}
            data-tip={playing ? "Pause the music." : "Play the music."}
            onClick={() => (playing ? go({ playing: false }) : void playOn())}
          >
            <Icon sign={playing ? "pause" : "play"} />
          </button>
          <button type="button" className="icon-button" aria-label="Music to its start" data-tip="Stop the music, back to its start." onClick={() => go({ playing: false, at: 0 })}>
            <Icon sign="stop" />
          </button>
          <div className="vision-track">
            <b title={file.name}>{file.name}</b>
            <span className="soft num">
              {clock(heard?.at ?? 0)} of {clock(waveform?.seconds ?? heard?.seconds ?? 0)}
            </span>
          </div>
          <Waveform waveform={waveform} at={heard?.at ?? 0} onSeek={(at) => go({ at })} />
          <Another busy={busy !== ""} />
        </>
      )}
      {source === "file" && guest && <p className="vision-live soft">What shall play into the pictures?</p>}
      {source === "file" && !file && !guest && (
        <FileDrop label="Music for the pictures" accept={FILES} busy={busy !== ""} onFile={(one) => void openMusic(one)}>
          {busy ? `${busy}…` : "Drop a song or a video here, or"}
        </FileDrop>
      )}
      {source !== "file" && (
        <p className="vision-live">
          <i className="lamp" /> {source === "tab" ? "The other tab plays into the pictures." : "The microphone plays into the pictures; you do not hear it from here."}
        </p>
      )}
      <Segmented label="Where the music comes from" value={source} options={allowed(SOURCES, guest)} onChange={choose} />
    </section>
  );
}

function Another({ busy }: { busy: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className="icon-button" aria-label="Another file" data-tip="Another file." disabled={busy} onClick={() => input.current?.click()}>
        <Icon sign="file" />
      </button>
      <input
        ref={input}
        type="file"
        accept={FILES}
        hidden
        aria-label="Another file"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) void openMusic(file);
          event.target.value = "";
        }}
      />
    </>
  );
}
