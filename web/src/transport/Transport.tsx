import { useGuest } from "../app/useGuest";
import { CameraLamp } from "../face/CameraLamp";
import { Icon } from "../kit/Icon";
import { record, start, stop } from "../play/sound";
import { isOn, usePlay } from "../play/store";
import { Level, Volume } from "./Level";
import { Since } from "./Since";
import { Tempo } from "./Tempo";
import { Tools } from "./Tools";
import "./transport.css";

/** Play, record, level, tempo and what is undone: the session's own, the same on every page. */
export function Transport() {
  const status = usePlay((state) => state.status);
  const ready = usePlay((state) => state.session !== null);
  const recordingSince = usePlay((state) => state.recordingSince);
  const guest = useGuest();
  const playing = isOn(status);
  const recording = recordingSince !== null;
  return (
    <footer id="transport" className="transport-bar" tabIndex={-1}>
      <div className="transport" role="toolbar" aria-label="Transport">
      <div className="transport-left">
        <button
          type="button"
          className="play"
          aria-label={playing ? "Stop" : "Play"}
          data-tip={playing ? "Stop (Space)." : "Play (Space)."}
          disabled={!ready}
          onClick={() => void (playing ? stop() : start())}
        >
          <Icon sign={playing ? "stop" : "play"} size={22} />
        </button>
        {!guest && (
          <button
            type="button"
            className={recording ? "record on" : "record"}
            aria-pressed={recording}
            aria-label={recording ? "Stop recording" : "Record"}
            data-tip="Keep what you hear, whatever page or instrument (R)."
            disabled={status !== "playing"}
            onClick={() => record(!recording)}
          >
            {recording ? (
              <span>
                Recording <Since since={recordingSince} />
              </span>
            ) : (
              "Record"
            )}
          </button>
        )}
        <Level />
        <Volume />
        <CameraLamp />
      </div>
      <Tempo />
      <Tools />
      </div>
    </footer>
  );
}
