import { useEffect, useState, type RefObject } from "react";
import { usePicture } from "./usePicture";
import { hzTicks, timeTicks } from "./ticks";

/** Hz at the left, seconds at the bottom. */
export function Axes({ box }: { box: RefObject<HTMLElement | null> }) {
  const viewport = usePicture((state) => state.viewport);
  const frozen = usePicture((state) => state.frozen);
  const live = usePicture((state) => state.live);
  const [size, setSize] = useState({ width: 1, height: 1 });
  useEffect(() => {
    const shown = box.current!;
    const watch = new ResizeObserver(() => setSize({ width: shown.clientWidth, height: shown.clientHeight }));
    watch.observe(shown);
    return () => watch.disconnect();
  }, [box]);
  return (
    <div className="picture-axes" aria-hidden="true">
      {hzTicks(viewport, size.height).map(({ at, text }) => (
        <span key={text} className="picture-hz" style={{ bottom: `${100 * at}%` }}>
          {text}
        </span>
      ))}
      {(live || frozen) &&
        timeTicks(viewport, size.width, frozen).map(({ at, text }) => (
          <span key={text} className={at > 0.97 ? "picture-time last" : "picture-time"} style={{ left: `${100 * at}%` }}>
            {text}
          </span>
        ))}
    </div>
  );
}
