import { useEffect, useRef, useState } from "react";
import { changeSettings, useSettings } from "../../app/settings";
import { listCameras } from "../../face/camera";
import { sightOf } from "../../face/distance";
import { forgetNeutral, performBy, useFace, type Performer as Who } from "../../face/performer";
import { Icon } from "../../kit/Icon";
import { sayError } from "../../play/store";
import { Calibrate } from "./Calibrate";
import { FaceMesh } from "./FaceMesh";

interface Props {
  /** the gestures are sliders */
  sliders: boolean;
  onSliders: (on: boolean) => void;
}

const by = (who: Who) => () => void performBy(who).catch(sayError);

/** Who performs: a camera, keys or sliders; and the lines that are all that is drawn of a face. */
export function Performer({ sliders, onSliders }: Props) {
  const performer = useFace((state) => state.performer);
  const opening = useFace((state) => state.opening);
  const trouble = useFace((state) => state.trouble);
  const [learning, setLearning] = useState(false);
  const calibrate = useRef<HTMLButtonElement>(null);
  const seen = performer === "camera" && opening === null;
  const toSliders = () => {
    if (performer !== "sliders") void performBy("sliders");
    onSliders(!sliders);
  };
  const instead = (
    <button type="button" className="button ghost" aria-pressed={sliders} onClick={toSliders}>
      {sliders ? "Show the gestures" : "Play with sliders instead"}
    </button>
  );
  return (
    <section className="region face-performer" aria-label="Performer">
      <div className="face-head">
        {seen ? <Sighted /> : performer === "keys" ? <span>The keys play</span> : <span />}
        {opening !== null && <Opening since={opening} />}
        {performer !== "sliders" && (
          <button type="button" className="link" onClick={by("sliders")}>
            {performer === "camera" ? "Switch the camera off" : "Switch the keys off"}
          </button>
        )}
      </div>
      <FaceMesh />
      {learning && seen ? (
        <Calibrate
          onClose={() => {
            setLearning(false);
            requestAnimationFrame(() => calibrate.current?.focus());
          }}
        />
      ) : (
        <div className="face-foot">
          {trouble && performer === "sliders" && (
            <div className="trouble bad" role="alert">
              <p>
                <b>{trouble.what}</b>
                <span className="soft">{trouble.help}</span>
              </p>
              <button type="button" className="button" onClick={by("camera")}>
                Try again
              </button>
            </div>
          )}
          {performer === "keys" && (
            <p className="soft">
              Hold <kbd>M</kbd> to open the mouth, <kbd>B</kbd> to raise the brows, <kbd>J</kbd> and <kbd>L</kbd> to turn.
            </p>
          )}
          <div className="face-actions">
            {performer === "camera" ? (
              <>
                <button ref={calibrate} type="button" className="button" disabled={!seen} onClick={() => setLearning(true)}>
                  Calibrate, 10 s
                </button>
                {instead}
                {seen && <CameraChoice />}
              </>
            ) : (
              <>
                {!trouble && (
                  <button type="button" className="button main" onClick={by("camera")}>
                    Switch the camera on
                  </button>
                )}
                {instead}
                {performer !== "keys" && (
                  <button type="button" className="button ghost" onClick={by("keys")}>
                    Keys M, B, J, L
                  </button>
                )}
              </>
            )}
          </div>
          <p className="face-promise">
            <Icon sign="lock" size={15} />
            Your picture never leaves this page. Only these lines are drawn.
          </p>
        </div>
      )}
    </section>
  );
}

/** How the performer sits. */
function Sighted() {
  const words = useFace((state) => sightOf(stateOf(state)).words);
  const lamp = useFace((state) => sightOf(stateOf(state)).lamp);
  return (
    <span className="face-sight" role="status">
      <i className={`lamp ${lamp}`} />
      {words}
    </span>
  );
}

function stateOf({ present, values, score }: { present: boolean; values: Record<string, number>; score: number }) {
  return { present, size: values["face_size"] ?? 0, score };
}

function Opening({ since }: { since: number }) {
  const [now, setNow] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="face-opening" role="status">
      Opening the camera and the face models, <span aria-hidden="true">{Math.max(0, Math.round((now - since) / 1000))} s</span>
    </span>
  );
}

/** Which camera, where there are several; and the face that was learned. */
function CameraChoice() {
  const settings = useSettings();
  const [cameras, setCameras] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    listCameras().then(setCameras, () => setCameras([]));
  }, []);
  const change = (camera: string) =>
    changeSettings({ camera })
      .then(() => performBy("camera"))
      .catch(sayError);
  return (
    <>
      {Object.keys(settings?.neutral_face ?? {}).length > 0 && (
        <button
          type="button"
          className="button ghost"
          data-tip="Forget what was learned; rest is found while you play."
          onClick={() => void forgetNeutral().catch(sayError)}
        >
          Forget it
        </button>
      )}
      {cameras.length > 1 && (
        <select
          aria-label="Camera"
          value={settings?.camera ?? ""}
          onChange={(event) => void change(event.target.value)}
        >
          <option value="">The browser&apos;s choice</option>
          {cameras.map(({ deviceId, label }) => (
            <option key={deviceId} value={deviceId}>
              {label || "Camera"}
            </option>
          ))}
        </select>
      )}
    </>
  );
}
