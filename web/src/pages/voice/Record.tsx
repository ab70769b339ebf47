import { useEffect, useRef, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { useNarrow } from "../../app/useNarrow";
import { api, type VoiceTake } from "../../generated/api";
import { drawBars } from "../../kit/bars";
import { DeleteButton } from "../../kit/DeleteButton";
import { Icon } from "../../kit/Icon";
import { Switch } from "../../kit/Switch";
import { useDark } from "../../kit/useDark";
import { stop } from "../../play/sound";
import { sayError } from "../../play/store";
import { leaveLive, openLive, useLive } from "../../sound-in/live";
import { toggle, useRecording } from "./recording";
import { chosenTake, remove, useTakes } from "./takes";

/** The big button, what was recorded, and live playing. */
export function Record() {
  const { state } = useRecording();
  const live = useLive(({ source }) => source !== null);
  const { busy, refused } = useTakes();
  const take = useTakes(chosenTake);
  const narrow = useNarrow();
  const on = state !== "resting";
  return (
    <section className="voice-record" aria-label="Your voice" data-tour="Say something: your voice becomes a picture.">
      <button
        type="button"
        className="voice-big"
        data-on={on || undefined}
        aria-label={on ? "Stop recording your voice" : "Record your voice"}
        aria-pressed={on}
        disabled={busy !== "" || live}
        onClick={toggle}
      >
        <span>
          <Icon sign={on ? "stop" : "mic"} size={36} />
        </span>
      </button>
      <h2>{on ? "Listening…" : "Say or sing something"}</h2>
      <p className="soft voice-how">
        {on ? (
          "Press again when you are done."
        ) : (
          <>
            {narrow ? "Press." : <>Press, or hold <kbd>R</kbd>.</>} One second is enough. The same voice makes the same picture.
          </>
        )}
      </p>
      {state === "recording" ? <Level /> : take && <Heard key={take.id} take={take} />}
      <p role="status" className={refused ? "voice-refused" : "soft"}>
        {refused || busy}
      </p>
      <Switch label="Live: the picture moves while you speak" on={live} onChange={(next) => void (next ? openLive("microphone") : endPlaying())} />
      <p className="soft small voice-private">
        <Icon sign="lock" size={15} /> Your voice stays on this computer.
      </p>
    </section>
  );
}

async function endPlaying(): Promise<void> {
  leaveLive();
  await stop();
}

const LATEST = 100;

/** The last second of what is recorded, and how long it is. */
function Level() {
  const recorder = useRecording((state) => state.recorder);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    let frame = requestAnimationFrame(function draw() {
      frame = requestAnimationFrame(draw);
      const shown = canvas.current;
      if (!recorder || !shown) return;
      const latest = recorder.peaks.slice(-LATEST);
      drawBars(shown, [...new Array<number>(LATEST - latest.length).fill(0), ...latest], 1, shown.clientWidth, shown.clientHeight);
      setSeconds(Math.floor(10 * recorder.seconds) / 10);
    });
    return () => cancelAnimationFrame(frame);
  }, [recorder]);
  return (
    <>
      <canvas ref={canvas} className="voice-wave" aria-hidden="true" />
      <p className="voice-take num">{seconds.toFixed(1)} s</p>
    </>
  );
}

function Heard({ take }: { take: VoiceTake }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = useDark();
  const wave = useQuery({ queryKey: ["voice-wave", take.id], queryFn: ({ signal }) => api.getVoiceWaveform(take.id, signal), staleTime: Infinity });
  const [playing, setPlaying] = useState<HTMLAudioElement | null>(null);
  useEffect(() => {
    const shown = canvas.current;
    if (shown && wave.data) drawBars(shown, wave.data.peaks, 1, shown.clientWidth, shown.clientHeight);
  }, [wave.data, dark]);
  useEffect(() => () => playing?.pause(), [playing]);
  const hear = async () => {
    if (playing) {
      setPlaying(null);
      return;
    }
    const answer = await fetch(api.voiceTakeSoundUrl(take.id));
    const address = URL.createObjectURL(new Blob([await answer.blob()], { type: "audio/wav" }));
    const sound = new Audio(address);
    sound.onended = () => setPlaying(null);
    sound.onpause = () => URL.revokeObjectURL(address);
    setPlaying(sound);
    await sound.play();
  };
  return (
    <>
      <canvas ref={canvas} className="voice-wave" aria-hidden="true" />
      <div className="voice-take">
        <button type="button" className="button" onClick={() => void hear().catch(sayError)}>
          <Icon sign={playing ? "stop" : "play"} size={16} /> {playing ? "Stop it" : "Hear it"}
        </button>
        <span className="soft num">
          {take.name} · {take.seconds.toFixed(1)} s
        </span>
        <a className="link" href={api.voiceTakeSoundUrl(take.id)} download={`${take.name}.wav`} aria-label={`Save the sound of ${take.name}`}>
          WAV
        </a>
        <DeleteButton name={take.name} label={`Delete ${take.name}`} tip="Its sound and its picture." onDelete={() => void remove(take.id).catch(sayError)} />
      </div>
    </>
  );
}
