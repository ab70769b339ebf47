import { hzAt } from "./axis";
import { usePicture } from "./usePicture";
import { readout } from "./ticks";

/** Frequency, note and level under the pointer, with hairlines to both edges. */
export function Readout() {
  const pointer = usePicture((state) => state.pointer);
  const viewport = usePicture((state) => state.viewport);
  const underDb = usePicture((state) => state.underDb);
  const rangeDb = usePicture((state) => state.rangeDb);
  if (!pointer || pointer.x < 0 || pointer.x > 1 || pointer.y < 0 || pointer.y > 1) return null;
  const [left, bottom] = [`${100 * pointer.x}%`, `${100 * pointer.y}%`];
  return (
    <div className="picture-readout" aria-hidden="true">
      <i className="picture-hair up" style={{ left }} />
      <i className="picture-hair across" style={{ bottom }} />
      <span
        className={`${pointer.x > 0.72 ? "left " : ""}${pointer.y > 0.8 ? "below" : ""}`}
        style={{ left, bottom }}
      >
        {readout(hzAt(pointer.y, viewport), underDb, rangeDb)}
      </span>
    </div>
  );
}
