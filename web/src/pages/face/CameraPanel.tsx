import { useEffect, useState } from "react";
import { changeSettings, useSettings } from "../../app/settings";
import { listCameras } from "../../face/camera";
import { calibrate, forgetNeutral, performBy, useFace } from "../../face/performer";
import { sayError } from "../../play/store";

/** The camera: which one, whether it sees a face, and what is rest. */
export function CameraPanel() {
  const opening = useFace((state) => state.opening);
  const present = useFace((state) => state.present);
  const milliseconds = useFace((state) => state.milliseconds);
  const settings = useSettings();
  const [cameras, setCameras] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    if (!opening) listCameras().then(setCameras, () => setCameras([]));
  }, [opening]);
  const saved = Object.keys(settings?.neutral_face ?? {}).length > 0;
  const change = (camera: string) =>
    changeSettings({ camera })
      .then(() => performBy("camera"))
      .catch(sayError);
  return (
    <div className="stack">
      <p className="small soft" role="status">
        {opening
          ? "Opening the camera and the face models…"
          : present
            ? `A face is seen; a frame takes ${milliseconds.toFixed(0)} ms. Pictures stay in this page.`
            : "No face is seen. Pictures stay in this page."}
      </p>
      <div className="row">
        <button type="button" disabled={!present} onClick={calibrate}>
          This is my face at rest
        </button>
        {saved && (
          <button type="button" onClick={() => void forgetNeutral().catch(sayError)}>
            Forget it
          </button>
        )}
        {cameras.length > 1 && (
          <label className="row small">
            Camera
            <select value={settings?.camera ?? ""} onChange={(event) => void change(event.target.value)}>
              <option value="">The browser&apos;s choice</option>
              {cameras.map(({ deviceId, label }) => (
                <option key={deviceId} value={deviceId}>
                  {label || "Camera"}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
    </div>
  );
}
