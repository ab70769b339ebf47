import { useEffect, useState } from "react";
import type { InstrumentDetails } from "../../generated/api";
import { Switch } from "../../kit/Switch";
import { beginGesture, endGesture, setControls } from "../../play/edit";
import { nextId, send } from "../../play/sound";
import { usePlay } from "../../play/store";

const MIRROR = "picture_mirror";

/** The limiter of flashes, which no preset and no link turns off, and the mirror. */
export function Safety({ details }: { details: InstrumentDetails }) {
  const mirrored = usePlay((state) => (state.patch?.controls[MIRROR] ?? 0) >= 0.5);
  const since = usePlay((state) => state.playingSince);
  const [off, setOff] = useState(false);
  // It is on again wherever a connection begins.
  useEffect(() => setOff(false), [since]);
  const limit = (on: boolean) => {
    setOff(!on);
    send({ type: "limit_flashes", id: nextId(), on });
  };
  const mirror = (on: boolean) => {
    beginGesture();
    setControls({ [MIRROR]: on ? 1 : 0 });
    endGesture();
  };
  return (
    <section className="vision-safety" aria-label="Safety">
      <Switch label="Safe from flashes" on={!off} onChange={limit} />
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
