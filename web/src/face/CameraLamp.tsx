import { performBy, useFace } from "./performer";

/** On whatever page: the camera looks; one press switches it off. */
export function CameraLamp() {
  const on = useFace((state) => state.performer === "camera");
  if (!on) return null;
  return (
    <button
      type="button"
      className="camera-lamp"
      aria-label="Camera on: switch it off"
      data-tip="The camera moves the sound. Click to switch it off."
      onClick={() => void performBy("sliders")}
    >
      <i className="lamp" />
      <span>Camera on</span>
    </button>
  );
}
