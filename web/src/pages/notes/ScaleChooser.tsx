import { useState } from "react";
import { Icon } from "../../kit/Icon";
import { Popover } from "../../kit/Popover";
import { changeKeys, useKeys } from "../../midi/keys";
import { ROOTS, SCALES, scaleNamed } from "../../midi/scale";

/** Such as A minor. */
export function ScaleChooser() {
  const root = useKeys((state) => state.root);
  const scale = useKeys((state) => state.scale);
  const [at, setAt] = useState<HTMLElement | null>(null);
  const title = `${ROOTS[root]} ${scaleNamed(scale).title}`;
  return (
    <>
      <button type="button" className="button keys-scale" aria-haspopup="dialog" aria-label={`Scale: ${title}`} onClick={(event) => setAt(event.currentTarget)}>
        {title}
        <Icon sign="down" size={16} />
      </button>
      {at && (
        <Popover label="Scale" at={at} onClose={() => setAt(null)} className="scale-popover">
          <div className="scale-roots" role="group" aria-label="Root">
            {ROOTS.map((name, k) => (
              <button key={name} type="button" aria-pressed={k === root} onClick={() => changeKeys({ root: k, stays: true })}>
                {name}
              </button>
            ))}
          </div>
          <div className="scale-list" role="group" aria-label="Scale">
            {SCALES.map((one) => (
              <button key={one.name} type="button" aria-pressed={one.name === scale} onClick={() => changeKeys({ scale: one.name, stays: true })}>
                {one.title}
              </button>
            ))}
          </div>
        </Popover>
      )}
    </>
  );
}
