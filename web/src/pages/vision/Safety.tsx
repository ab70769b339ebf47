import type { InstrumentDetails } from "../../generated/api";
import { Switch } from "../../kit/Switch";
import { beginGesture, endGesture, setControls } from "../../play/edit";
import { limitFlashes } from "../../play/sound";
import { usePlay } from "../../play/store";

const MIRROR = "picture_mirror";

/** The limiter of flashes, which no preset and no link turns off, and the mirror. */
export function Safety({ details }: { details: InstrumentDetails }) {
  const mirrored = usePlay((state) => (state.patch?.controls[MIRROR] ?? 0) >= 0.5);
  const off = usePlay((state) => state.flashes);
  const mirror = (on: boolean) => {
    beginGesture();
    setControls({ [MIRROR]: on ? 1 : 0 });
    endGesture();
  };
  return (
    <section className="vision-safety" aria-label="Safety">
      <Switch label="Safe from flashes" on={!off} onChange={limitFlashes} />
      {details.controls.some(({ name }) => name === MIRROR) && <Switch label="Mirror" on={mirrored} onChange={mirror} />}
      {off && (
        <p className="vision-warning" role="alert">
          The pictures may flash more than three times a second now, which can provoke seizures. Turn this off only where everybody
          who watches knows.
        </p>
      )}
    </section>
  );
}
